/** One row per reader: a part of CIFAR-10, packed for it, through the real data worker. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { readers } from "@/data/readers";
import type { importOnce } from "../importPage";
import { readCifar10 } from "./cifar10";
import { packings, writePacked } from "./packedCifar";
import { watchHeap } from "./watchHeap";

const PER_CLASS = { train: 1000, test: 200 };

/**
 * Prints a Markdown table, of all readers or of `only` some. The images must be the same in each format: counted, and by their fingerprint.
 * @returns whether they were
 */
export async function formatTable(browser: Browser, url: string, only: readonly string[]): Promise<boolean> {
  const cifar = await readCifar10(PER_CLASS);
  const images = cifar.train.length + cifar.test.length;
  const missing = [...readers.keys()].filter((id) => !packings.some(({ reader }) => reader === id));
  if (missing.length > 0) throw new Error(`formatTable(): no packing for ${missing.join(", ")}`);
  console.log(`\n${images} images of CIFAR-10 in each format, imported once each\n`);
  console.log("| format | MB | first look, s | images/s | peak heap, MB | peak buffers, MB |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  const fingerprints = { pictures: new Set<string>(), pixels: new Set<string>() };
  for (const { reader, holds, isFolder, pack } of packings) {
    if (only.length > 0 && !only.includes(reader)) continue;
    const folder = mkdtempSync(join(tmpdir(), "import-bench-"));
    const page = await (await browser.newContext()).newPage();
    try {
      const paths = writePacked(folder, await pack(cifar));
      const megabytes = paths.reduce((sum, path) => sum + statSync(path).size, 0) / 1e6;
      await page.goto(url);
      const input = page.getByLabel(isFolder ? "Folder" : "Files");
      await input.setInputFiles(isFolder ? join(folder, "set") : paths);
      const heap = await watchHeap(page);
      const result = await page.evaluate(() =>
        (globalThis as unknown as { importOnce: typeof importOnce }).importOnce(),
      );
      const peak = await heap.stop();
      if (result.reader !== reader || result.images !== images || result.skipped > 0)
        throw new Error(
          `${reader}: ${result.reader} read ${result.images} images, ${result.skipped} skipped`,
        );
      fingerprints[holds].add(result.fingerprint);
      const row = [
        readers.get(reader)!.label,
        megabytes.toFixed(1),
        result.inspectSeconds.toFixed(2),
        Math.round(result.images / result.importSeconds).toLocaleString("en"),
        peak.heapMb.toFixed(0),
        peak.buffersMb.toFixed(0),
      ];
      console.log(`| ${row.join(" | ")} |`);
    } finally {
      await page.context().close();
      rmSync(folder, { recursive: true });
    }
  }
  const different = Object.entries(fingerprints).filter(([, own]) => own.size > 1);
  for (const [holds] of different) console.log(`FAIL the formats that hold ${holds} gave different images`);
  return different.length === 0;
}
