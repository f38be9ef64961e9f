/**
 * Imports two whole datasets, and a part of one in every format, through the real data worker in Chromium and watches its
 * memory: `npm run bench -- import [folder] [reader …]`; with readers, the rows of these alone. Fails when an image is
 * missing or another one in some format, or when the JavaScript heap passes 300 MB.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium } from "@playwright/test";
import { createServer } from "vite";
import { CHROMIUM_FLAGS, ensureBrowser } from "../e2e/support/browser.mjs";
import type { importAll } from "./importPage";
import { cifar10IsThere } from "./support/cifar10";
import { formatTable } from "./support/formatTable";
import { watchHeap } from "./support/watchHeap";

const LIMIT_MB = 300;
const PORT = 4391;

const SETS = [
  { files: ["cifar10.zip"], images: 60_000 },
  {
    files: ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"].map(
      (name) => `mnist/${name}-ubyte.gz`,
    ),
    images: 70_000,
  },
];

/** @returns the exit code */
export async function run([folder = "../shared/data", ...only]: string[]): Promise<number> {
  const wanted = only.length > 0 ? [] : SETS;
  const sets = wanted.filter(({ files }) => files.every((file) => existsSync(join(folder, file))));
  if (sets.length < wanted.length) console.log(`skipped: not all datasets are in ${resolve(folder)}`);
  const server = await createServer({
    server: { port: PORT, strictPort: true, hmr: false, watch: null },
    logLevel: "error",
  });
  await server.listen();
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: CHROMIUM_FLAGS });
  const url = `http://localhost:${PORT}/bench/importPage.html`;
  let failed = false;
  try {
    for (const { files, images } of sets) {
      const page = await (await browser.newContext()).newPage();
      await page.goto(url);
      await page.getByLabel("Files").setInputFiles(files.map((file) => join(folder, file)));
      const heap = await watchHeap(page);
      const result = await page.evaluate(() =>
        (globalThis as unknown as { importAll: typeof importAll }).importAll(),
      );
      const peak = await heap.stop();
      const ok = result.images === images && result.skipped === 0 && peak.heapMb <= LIMIT_MB;
      failed ||= !ok;
      console.log(
        `${ok ? "ok  " : "FAIL"} ${files[0]}: ${result.images} of ${images} images, ${result.skipped} skipped; ` +
          `first look ${result.inspectSeconds.toFixed(1)} s, import ${result.importSeconds.toFixed(1)} s, ` +
          `${Math.round(result.images / result.importSeconds)} images/s; peak JS heap of page and worker ` +
          `${peak.heapMb.toFixed(0)} MB, buffers beside it ${peak.buffersMb.toFixed(0)} MB (limit ${LIMIT_MB}); ` +
          `cancel ${result.cancelMs.toFixed(0)} ms, ${result.recordsAfterCancel} records left by it`,
      );
      if (result.cancelMs > 200 || result.recordsAfterCancel > 0) failed = true;
      await page.context().close();
    }
    if (cifar10IsThere()) failed = !(await formatTable(browser, url, only)) || failed;
  } finally {
    await browser.close();
    await server.close();
  }
  return failed ? 1 : 0;
}
