/** Real data in: IDX, zip and folder; and what is stored survives. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "@playwright/test";
import { BlobWriter, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import { packedFormats } from "../src/data/fixtures/packedFormats";
import {
  CIFAR_ZIP,
  cifarImages,
  mnistQuadruple,
  realDataMissing,
  writeFolder,
  type NamedFile,
} from "./fixtures/realData";
import { expectNoFaults } from "./support/axe";
import { Studio } from "./support/studio";

test.skip(realDataMissing !== "", realDataMissing); // ../shared/data lies beside the repository, not in it

test("MNIST as four IDX files is imported, distilled, and still there after a reload", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.importFiles(mnistQuadruple(20, 5));
  const report = studio.region("Import report");
  await expect(report).toContainText("200");
  await expect(report).toContainText("50");

  await studio.set({
    Iterations: 2,
    "Real images per class": 2,
    "Network width": 4,
    "Evaluation interval": 0,
  });
  await studio.spinbutton("Images per class (IPC)").fill("1");
  await studio.button("Start").click();
  await expect(studio.button("Export")).toBeEnabled({ timeout: 60_000 });
  await studio.untilIteration(2);

  await page.reload();
  await expect(page.getByRole("button", { name: /28 × 28 grey/ })).toBeVisible();
  await expect(studio.button("Start")).toBeEnabled({ timeout: 30_000 });
  expect(studio.errors).toEqual([]);
});

test("CIFAR-10 as a zip and as a folder give the same dataset", async ({ page }) => {
  const studio = new Studio(page);
  const images = await cifarImages(12, 3);
  const zip = new ZipWriter(new BlobWriter("application/zip"));
  for (const [path, bytes] of images) await zip.add(path, new Uint8ArrayReader(bytes));
  const folder = mkdtempSync(join(tmpdir(), "studio-cifar-"));
  writeFolder(folder, images);

  await studio.open();
  await studio.importFiles([
    {
      name: "cifar-zip.zip",
      mimeType: "application/zip",
      buffer: Buffer.from(await (await zip.close()).arrayBuffer()),
    },
  ]);
  await expect(studio.region("Import report")).toContainText("airplane");
  await studio.chooseFolder(join(folder, "cifar10"));
  await expect(page.getByRole("button", { name: /10 classes · 150 images/ })).toHaveCount(2);
  rmSync(folder, { recursive: true });

  const fingerprints = await page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open("distillation-studio");
        opening.onerror = () => reject(opening.error!);
        opening.onsuccess = () => {
          const all = opening.result.transaction("datasets").objectStore("datasets").getAll();
          all.onsuccess = () => resolve(all.result.map((info: { fingerprint: string }) => info.fingerprint));
        };
      }),
  );
  expect(new Set(fingerprints).size).toBe(1);
});

test(
  "Cancel in the middle of 60,000 images is idle within 200 ms and leaves nothing",
  { tag: "@timed" },
  async ({ page }) => {
    const studio = new Studio(page);
    await studio.open();
    const chooser = page.waitForEvent("filechooser");
    await studio.button("Choose files").click();
    await (await chooser).setFiles(CIFAR_ZIP);
    await studio.button("Import").click();
    await expect(page.getByText(/[1-9][\d,]* of 60,000/)).toBeVisible({ timeout: 60_000 });
    const ms = await page.evaluate(async () => {
      const cancel = () =>
        [...document.querySelectorAll("button")].find((button) => button.textContent === "Cancel");
      const started = performance.now();
      cancel()!.click();
      while (cancel()) await new Promise((resolve) => setTimeout(resolve, 5));
      return performance.now() - started;
    });
    console.log(`idle ${Math.round(ms)} ms after Cancel`);
    expect(ms).toBeLessThan(200);
    await expect(studio.button("Choose files")).toBeVisible();
    const records = await page.evaluate(
      () =>
        new Promise<number[]>((resolve, reject) => {
          const opening = indexedDB.open("distillation-studio");
          opening.onerror = () => reject(opening.error!);
          opening.onsuccess = () => {
            const names = ["datasets", "shards", "details", "staging"];
            const stores = opening.result.transaction(names);
            const counts = names.map((name) => stores.objectStore(name).count());
            stores.oncomplete = () => resolve(counts.map(({ result }) => result));
          };
        }),
    );
    expect(records).toEqual([0, 0, 0, 0]);
  },
);

test("of two kinds of labels one is chosen; a dataset grows, is renamed and deleted", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  const dialog = page.getByRole("dialog");
  await studio.chooseFiles(await namedFiles("CIFAR-100 binary, fine chosen"));
  await expect(dialog).toContainText("2 cat, dog");
  await dialog.getByRole("combobox", { name: "Labels" }).click();
  await page.getByRole("option", { name: /^Coarse labels/ }).click();
  await expect(dialog).toContainText("2 beasts, friends");
  await studio.button("Import").click();
  await expect(studio.region("Import report")).toContainText("beasts");

  await studio.chooseFiles(await namedFiles("Parquet shards of the hub")); // read by a library that is fetched late
  await expect(dialog).toContainText("Parquet (Hugging Face)");
  await studio.button("Import").click();
  await expect(studio.region("Import report")).toContainText("6 images to train, 2 to test");

  // added to what is chosen, with a class left out and another under a name that is there already
  await page.getByRole("button", { name: /^CIFAR-100/ }).click();
  await studio.chooseFiles(await namedFiles("Parquet shards of the hub"));
  await dialog.getByRole("combobox", { name: "Import as" }).click();
  await page.getByRole("option", { name: "Add to CIFAR-100" }).click();
  await dialog.getByText("Classes and balance").click();
  await dialog.getByRole("textbox", { name: "Name of cat" }).fill("friends");
  await dialog.getByRole("checkbox", { name: "Keep dog" }).uncheck();
  await expect(dialog).toContainText("3 train, 1 test");
  await expectNoFaults(page, "import dialog");
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Grown");
  await studio.button("Import").click();
  const report = studio.region("Import report");
  await expect(report).toContainText("9 images to train, 3 to test");
  await expect(report).toContainText("8 images came from CIFAR-100.");
  await page.getByRole("button", { name: "Delete Grown" }).click();
  await dialog.getByRole("button", { name: "Delete" }).click();

  const rows = page.getByRole("button", { name: /32 × 32 RGB/ });
  await expect(rows).toHaveCount(2);
  await page.getByRole("button", { name: "Rename Parquet" }).click();
  await page.getByRole("textbox").fill("My pets");
  await dialog.getByRole("button", { name: "Rename" }).click();
  await expect(rows.filter({ hasText: "My pets" })).toHaveCount(1);
  for (const name of ["My pets", "CIFAR-100"]) {
    await page.getByRole("button", { name: `Delete ${name}` }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await expect(rows.filter({ hasText: name })).toHaveCount(0);
  }
  await expect(studio.button("Start")).toBeDisabled();
});

/** The files of a row of the table of formats, as a picker hands them over: without their folders. */
async function namedFiles(what: string): Promise<NamedFile[]> {
  const files = await packedFormats.find((row) => row.what === what)!.files();
  return Promise.all(
    files.map(async ({ path, file }) => ({
      name: basename(path),
      mimeType: "application/octet-stream",
      buffer: Buffer.from(await file.arrayBuffer()),
    })),
  );
}
