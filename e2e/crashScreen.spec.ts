/** A page that breaks says so, and lets everything be taken home. */
import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import { launchOptions } from "./support/browser.mjs";
import { expectNoFaults } from "./support/axe";
import { Studio } from "./support/studio";

// what it is about needs no GPU, and one in software is slow to start
test.use({ launchOptions: launchOptions({ webgpu: false }) });

const screen = (page: Page) => page.getByRole("main", { name: "The page has broken" });

/** Presses "Download everything"; the records in the file, by store. */
async function rescued(page: Page): Promise<Record<string, unknown[]>> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download everything" }).click();
  const path = await (await download).path();
  const reader = new ZipReader(new BlobReader(new Blob([readFileSync(path)])), { checkSignature: true });
  const records: Record<string, unknown[]> = {};
  for (const entry of await reader.getEntries()) {
    const store = /^records\/(\w+)\.json$/.exec(entry.filename)?.[1];
    if (store && !entry.directory)
      records[store] = JSON.parse(await entry.getData(new TextWriter())) as unknown[];
  }
  await reader.close();
  return records;
}

/** Changes the record of the only dataset. */
function changeDataset(page: Page, changed: Record<string, unknown>): Promise<void> {
  return page.evaluate(
    (changed) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("distillation-studio");
        opening.onerror = () => reject(opening.error!);
        opening.onsuccess = () => {
          const database = opening.result;
          const transaction = database.transaction("datasets", "readwrite");
          const store = transaction.objectStore("datasets");
          const asked = store.getAll();
          asked.onsuccess = () => store.put({ ...asked.result[0], ...changed });
          transaction.oncomplete = () => {
            database.close();
            resolve();
          };
        };
      }),
    changed,
  );
}

test("a record that cannot be drawn: the rest is taken home by keyboard, and a reload goes on", async ({
  page,
}) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.importSample();
  const classNames = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
  await changeDataset(page, { classNames: null });
  await page.reload();
  await expect(screen(page)).toContainText("This is a fault of the studio, not yours.");
  await expect(page.getByRole("heading", { name: "The page has broken" })).toBeFocused();
  await expectNoFaults(page, "the crash screen");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Reload", exact: true })).toBeFocused();
  await expect(page.getByRole("region", { name: "For a report" })).toContainText(/studio \d+\.\d+\.\d+/);

  const records = await rescued(page);
  await expect(screen(page)).toContainText('dataset "Shapes-10" (datasets: classNames is no list)');
  expect(records["datasets"]).toBeUndefined();

  await changeDataset(page, { classNames });
  expect((await rescued(page))["datasets"]).toMatchObject([{ name: "Shapes-10", classNames }]);
  await page.getByRole("button", { name: "Reload", exact: true }).click();
  await expect(studio.button("Start")).toBeEnabled({ timeout: 60_000 });
});

test("a part of the page that cannot be loaded", async ({ page }) => {
  const studio = new Studio(page);
  await page.route(/ExpertsDialog/, (route) => route.abort());
  await studio.open();
  await studio.importSample();
  await page.getByRole("combobox", { name: "Method" }).click();
  await page.getByRole("option", { name: "Trajectory matching (MTT)" }).click();
  await studio.button("Experts…").click();
  await expect(screen(page)).toContainText("could not be loaded");
  expect((await rescued(page))["datasets"]).toHaveLength(1);
  await page.unroute(/ExpertsDialog/);
  await page.getByRole("button", { name: "Reload", exact: true }).click();
  await expect(studio.button("Start")).toBeEnabled({ timeout: 60_000 });
});

test("a data worker that cannot start: what is stored is read without it", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.importSample();
  await page.route(/data\.worker/, (route) => route.abort());
  await page.reload();
  await expect(screen(page)).toContainText("reads and stores files");
  expect((await rescued(page))["datasets"]).toHaveLength(1);
  await page.unroute(/data\.worker/);
  await page.getByRole("button", { name: "Reload", exact: true }).click();
  await expect(studio.button("Start")).toBeEnabled({ timeout: 60_000 });
});

test("an error that nobody caught is said, and the page goes on", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error("made by a test");
    });
  });
  const notice = page.getByRole("alert").filter({ hasText: "made by a test" });
  await notice.getByRole("button", { name: "Details" }).click();
  await expect(screen(page)).toBeVisible();
  await page.getByRole("button", { name: "Back to the page" }).click();
  await expect(studio.button("Sample dataset")).toBeVisible();
});
