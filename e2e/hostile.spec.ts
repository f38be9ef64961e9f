/** The table of broken and hostile files in the built page: each is answered, and the page, its memory and its store stay. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { expect, test, type Page } from "@playwright/test";
import { crc32 } from "../src/data/codecs/crc32";
import { hostileRows, type HostileRow } from "../src/data/fixtures/hostile";
import { classes, zip } from "../src/data/fixtures/madeFiles";
import { greyJpeg, oriented } from "../src/data/fixtures/madePictures";
import { joined } from "../src/data/fixtures/rawZip";
import { writeManyFiles } from "./fixtures/manyFiles";
import { PeakMemory } from "./support/memory";
import { storedRecords } from "./support/storedRecords";
import { Studio } from "./support/studio";

const MOST_MB = 500;
const GROUP = 16; // rows that share a page: each one shows that the page lived through the one before
/** All rows run in Node (hostileFiles.test.ts); here every fifth does, and with ALL_ROWS all of them. */
const inBrowser = hostileRows.filter(
  (row, i) => row.inBrowser ?? (i % 5 === 0 || Boolean(process.env["ALL_ROWS"])),
);

let folder: string;
test.beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "studio-hostile-"))));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the files to disk, as the picker wants them. */
async function written(row: HostileRow, name: string): Promise<string[]> {
  const own = join(folder, name);
  mkdirSync(own);
  const paths: string[] = [];
  for (const { path, file } of await row.files()) {
    paths.push(join(own, path));
    writeFileSync(paths.at(-1)!, new Uint8Array(await file.arrayBuffer()));
  }
  return paths;
}

async function choose(page: Page, paths: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose files", exact: true }).click();
  await (await chooser).setFiles(paths);
}

/** Chooses, imports if that is offered, and waits for the error or the report. */
async function importAll(studio: Studio, paths: string[], timeout = 60_000): Promise<"refused" | "imported"> {
  const { page } = studio;
  const alert = page.getByRole("alert");
  await choose(page, paths);
  const button = studio.button("Import");
  await expect(alert.or(button)).toBeVisible({ timeout });
  if (await button.isVisible()) await button.click();
  await expect(studio.button("Choose files")).toBeVisible({ timeout });
  return (await alert.isVisible()) ? "refused" : "imported";
}

async function checkSkips(studio: Studio, skipped: NonNullable<HostileRow["skipped"]>): Promise<void> {
  const report = studio.region("Import report");
  if (skipped.length === 0) return expect(report).toContainText("No file was skipped.");
  await expect(report).toContainText(`${skipped.length} ${skipped.length === 1 ? "file" : "files"} skipped`);
  const items = report.getByRole("list", { name: "Skipped files" }).locator("li");
  const details = report.locator("details");
  if (!(await details.getAttribute("open")))
    await details.evaluate((fold: HTMLDetailsElement) => (fold.open = true));
  await expect(items).toHaveCount(skipped.length);
  for (const [i, [path, reason]] of skipped.entries()) {
    await expect(items.nth(i)).toContainText(path);
    await expect(items.nth(i)).toContainText(reason);
  }
}

for (let start = 0; start < inBrowser.length; start += GROUP) {
  const rows = inBrowser.slice(start, start + GROUP);
  test(`rows ${start + 1} to ${start + rows.length} of the table`, async ({ page, browser }) => {
    test.setTimeout(400_000);
    const studio = new Studio(page);
    await studio.open();
    const memory = await PeakMemory.start(browser);
    let records = await storedRecords(page);
    for (const [i, row] of rows.entries()) {
      await test.step(row.what, async () => {
        const end = await importAll(studio, await written(row, `${start}-${i}`));
        const now = await storedRecords(page);
        if (end === "refused") {
          expect(row.refused, "it should have been imported").toBeDefined();
          await expect(page.getByRole("alert")).toContainText(row.refused!);
          await expect(page.getByRole("alert")).toContainText(/\.\s*\S.*\.$/s); // what to do, after what happened
          expect(now).toEqual(records);
          await studio.button("Dismiss").click();
        } else {
          expect(row.skipped, "it should have been refused").toBeDefined();
          await checkSkips(studio, row.skipped!);
          expect(now["datasets"]).toBe(records["datasets"]! + 1);
          expect(now["staging"] ?? 0).toBe(0);
        }
        records = now;
      });
    }
    const good = join(folder, `good${start}.zip`);
    writeFileSync(good, await zip(classes("", ["cat", "dog"], 3)));
    expect(await importAll(studio, [good])).toBe("imported");
    if (memory) {
      console.log(
        `rows ${start + 1} to ${start + rows.length}: the page took ${Math.round(memory.peakMb())} MB at most`,
      );
      expect(memory.peakMb()).toBeLessThan(MOST_MB);
    }
    expect(studio.errors).toEqual([]);
  });
}

/** A PNG of one colour: `depth` bits per channel, RGBA, however large, in a thousandth of its size. */
function flatPng(side: number, depth: 8 | 16): Uint8Array<ArrayBuffer> {
  const rows = Buffer.alloc(side * (1 + (side * 4 * depth) / 8), 0);
  const chunk = (type: string, body: Uint8Array) => {
    const inner = joined([Buffer.from(type), body]);
    const framed = Buffer.alloc(inner.length + 8);
    framed.writeUInt32BE(body.length, 0);
    framed.set(inner, 4);
    framed.writeUInt32BE(crc32(inner), inner.length + 4);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([depth, 6], 8);
  return joined([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

test("large pictures in few bytes, 8 and 16 bits deep, stay within the memory", async ({ page, browser }) => {
  const studio = new Studio(page);
  await studio.open();
  const memory = await PeakMemory.start(browser);
  for (const [side, depth] of [
    [3500, 8],
    [3500, 16],
    [3536, 8],
    [8100, 8],
    [8100, 16],
  ] as const) {
    const path = join(folder, `flat${side}-${depth}.zip`);
    const bytes = flatPng(side, depth);
    const more = [0, 1].map((i) => ({ path: `cat/big${i}.png`, bytes, level: 0 }));
    writeFileSync(path, await zip([...classes("", ["cat", "dog"], 12), ...more]));
    memory?.reset();
    expect(await importAll(studio, [path], 120_000)).toBe("imported");
    const text = await studio.region("Import report").innerText();
    const end = /2 files skipped/.test(text) ? "skipped" : "read";
    console.log(
      `two PNGs of ${side} × ${side} and ${depth} bits, ${Math.round(bytes.length / 1000)} kB each, ${end}: ` +
        `${Math.round(memory?.peakMb() ?? 0)} MB at most`,
    );
    if (memory) expect(memory.peakMb()).toBeLessThan(MOST_MB);
  }
});

test("a JPEG on its side is stored upright", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  const lying = greyJpeg([[10, 240]]); // 16 × 8, dark on the left
  const entries = ["a", "b"].flatMap((name) => [
    { path: `${name}/1.jpg`, bytes: oriented(lying, 6) }, // to be turned clockwise: dark above
    { path: `${name}/2.jpg`, bytes: oriented(lying, 6) },
  ]);
  const path = join(folder, "turned.zip");
  writeFileSync(path, await zip(entries));
  await choose(page, [path]);
  await expect(page.getByRole("dialog")).toContainText("8 × 16, grey", { timeout: 60_000 });
  await studio.button("Import").click();
  await expect(studio.region("Import report")).toBeVisible();
  const pixels = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open("distillation-studio");
      opening.onerror = () => reject(opening.error!);
      opening.onsuccess = () => resolve(opening.result);
    });
    const shards = await new Promise<{ pixels: Blob }[]>((resolve) => {
      const all = database.transaction("shards").objectStore("shards").getAll();
      all.onsuccess = () => resolve(all.result as { pixels: Blob }[]);
    });
    return [...new Uint8Array(await shards[0]!.pixels.slice(0, 128).arrayBuffer())];
  });
  expect(pixels.slice(0, 64).every((value) => value === 10)).toBe(true);
  expect(pixels.slice(64).every((value) => value === 240)).toBe(true);
});

const MANY = [100_000, ...(process.env["SOAK"] ? [1_000_000] : [])];
for (const count of MANY) {
  test(`an archive of ${count} files is looked at, and can be left`, async ({ page, browser }) => {
    test.setTimeout(600_000);
    const studio = new Studio(page);
    await studio.open();
    const path = join(folder, `many-${count}.zip`);
    writeManyFiles(path, count);
    const memory = await PeakMemory.start(browser);
    const started = Date.now();
    await choose(page, [path]);
    await expect(studio.button("Import")).toBeVisible({ timeout: 500_000 });
    const seconds = (Date.now() - started) / 1000;
    const total = count.toLocaleString("en");
    await expect(page.getByRole("dialog")).toContainText(
      new RegExp(`${(count * 0.8).toLocaleString("en")} train`),
    );
    console.log(`${total} files: ${Math.round(memory?.peakMb() ?? 0)} MB at most, ${seconds.toFixed(1)} s`);
    if (memory) expect(memory.peakMb()).toBeLessThan(MOST_MB);
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await expect(studio.button("Choose files")).toBeVisible();
  });
}
