/** A million tiny images in one archive, imported by the real data worker while its memory is watched. */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Browser } from "@playwright/test";
import { encode } from "fast-png";
import { zipStream } from "../../src/data/codecs/zipStream";
import type { importOnce } from "../importPage";
import type { Tell } from "../soak.bench";
import { watchHeap } from "../support/watchHeap";

const SIDE = 8;
const CLASSES = 10;
const LIMIT_MB = 500;
/** Pictures that differ; which one comes when is decided by its number. */
const KINDS = 251;

export async function manyImages(
  browser: Browser,
  address: string,
  count: number,
  tell: Tell,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "studio-soak-"));
  try {
    const path = join(folder, "many.zip");
    await writeArchive(path, count);
    const page = await (await browser.newContext()).newPage();
    const heap = await watchHeap(page, 200);
    await page.goto(`${address}/bench/importPage.html`);
    await page.locator("input").setInputFiles(path);
    const result = await page.evaluate(() =>
      (globalThis as unknown as { importOnce: typeof importOnce }).importOnce(),
    );
    const peak = await heap.stop();
    const importing = heap.samples.slice(-Math.round((result.importSeconds * 1000) / 200));
    const early = median(importing.slice(importing.length >> 3, importing.length >> 2).map(total));
    const late = median(importing.slice(-(importing.length >> 3)).map(total));
    const right =
      result.images === count && result.skipped === 0 && peak.heapMb < LIMIT_MB && late - early < 50;
    tell(
      right,
      `${result.images.toLocaleString("en")} of ${count.toLocaleString("en")} images in one zip: first look ` +
        `${result.inspectSeconds.toFixed(0)} s, import ${result.importSeconds.toFixed(0)} s ` +
        `(${Math.round(result.images / result.importSeconds)} images/s); heap of page and worker at most ` +
        `${peak.heapMb.toFixed(0)} MB (limit ${LIMIT_MB}), buffers ${peak.buffersMb.toFixed(0)} MB; heap and buffers in ` +
        `the middle of the import ${early.toFixed(0)} MB, at its end ${late.toFixed(0)} MB`,
    );
    await page.context().close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const total = ({ heapMb, buffersMb }: { heapMb: number; buffersMb: number }) => heapMb + buffersMb;

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

async function writeArchive(path: string, count: number): Promise<void> {
  const pictures = Array.from({ length: KINDS }, (_, kind) => {
    const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * (kind + 3) + kind * 17) % 256);
    return encode({ width: SIDE, height: SIDE, data, channels: 3, depth: 8 });
  });
  function* entries() {
    for (let i = 0; i < count; i++)
      yield { name: `class${i % CLASSES}/${i}.png`, input: pictures[i % KINDS]!, lastModified: 0 };
  }
  await pipeline(Readable.from(zipStream(entries())), createWriteStream(path, { highWaterMark: 2 ** 22 }));
}
