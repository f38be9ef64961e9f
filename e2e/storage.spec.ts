/** Storage that is full, switched off, taken over or cleared: nothing is lost that was stored, and nothing waits for ever. */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, test, type BrowserContext, type Locator, type Page } from "@playwright/test";
import { launchOptions } from "./support/browser.mjs";
import {
  fillStorage,
  holdDatabase,
  limitStorage,
  recordHashes,
  sameOriginPage,
  STUDIO_DATABASE,
} from "./support/storage";
import { Studio } from "./support/studio";
import type { NamedFile } from "./fixtures/realData";

const TINY = {
  "Real images per class": 2,
  "Network width": 4,
  "Evaluation interval": 0,
};

async function startRun(studio: Studio, iterations: number): Promise<void> {
  await studio.set({ ...TINY, Iterations: iterations });
  await studio.spinbutton("Images per class (IPC)").fill("1");
  await studio.button("Start").click();
  await studio.untilIteration(1);
}

const alertWith = (page: Page, text: string | RegExp): Locator =>
  page.getByRole("alert").filter({ hasText: text });

/** Stops the run that goes on, and takes it home. */
async function stopAndExport(studio: Studio): Promise<void> {
  const before = await studio.shownIteration();
  await studio.untilIteration(before + 1);
  await studio.button("Stop").click();
  await expect(studio.button("Start")).toBeVisible({ timeout: 60_000 });
  const { files } = await studio.export();
  expect(files.has("images.pt")).toBe(true);
}

/** IDX files of so many grey images that no compression makes smaller. */
function noise(count: number, side: number): NamedFile[] {
  const header = (...numbers: number[]) => {
    const bytes = Buffer.alloc(4 * (numbers.length + 1));
    bytes.writeUInt32BE(0x0800 + numbers.length);
    numbers.forEach((number, i) => bytes.writeUInt32BE(number, 4 * (i + 1)));
    return bytes;
  };
  const labels = Buffer.from(Array.from({ length: count }, (_, i) => i % 4));
  const mimeType = "application/octet-stream";
  return [
    {
      name: "noise-images-idx3-ubyte",
      mimeType,
      buffer: Buffer.concat([header(count, side, side), randomBytes(count * side * side)]),
    },
    { name: "noise-labels-idx1-ubyte", mimeType, buffer: Buffer.concat([header(count), labels]) },
  ];
}

test("a full storage: the import is rolled back, all else is as before, the run goes on, memory is offered", async ({
  page,
  context,
}) => {
  const studio = new Studio(page);
  await limitStorage(context, 30e6); // Shapes-10 takes 18.4 MB: the first shard of the noise, 16.8 MB, has no room
  await studio.open();
  await studio.importSample();
  await startRun(studio, 100_000);
  const before = await recordHashes(page, ["datasets", "shards", "details", "staging"]);
  expect(before.length).toBeGreaterThan(3);

  await studio.chooseFiles(noise(50_000, 28));
  await studio.button("Import").click();
  const alert = alertWith(page, "storage for this page is full");
  await expect(alert).toBeVisible({ timeout: 120_000 });
  const text = await alert.innerText();
  console.log(text);
  expect(text).toMatch(/full: \d+\.\d MB more did not fit\./);
  expect(text).toMatch(/By the browser's estimate \d+\.\d MB are used/);
  expect(text).toMatch(/Deleting frees: 1 dataset 18\.\d MB/);
  expect(await recordHashes(page, ["datasets", "shards", "details", "staging"])).toEqual(before);

  await test.step("a checkpoint that has no room leaves the one before as it is, and the run goes on", async () => {
    await studio.pauseAndStore();
    const kept = await recordHashes(page, ["unfinished", "checkpoints"]);
    await fillStorage(page);
    await studio.button("Step").click();
    const warning = studio.region("Run").getByRole("alert").filter({ hasText: "is full" });
    await expect(warning).toContainText(/By the browser's estimate \d+\.\d MB are used/);
    expect(await recordHashes(page, ["unfinished", "checkpoints"])).toEqual(kept);
    await studio.button("Resume").click();
  });

  await studio.button("Import into memory").click();
  const row = page.getByRole("button", { name: /in memory only/ });
  await expect(row).toBeVisible({ timeout: 120_000 });
  await expect(
    alertWith(page, "This dataset lives in memory only and is gone when the page closes."),
  ).toBeVisible();
  expect(await recordHashes(page, ["datasets", "shards", "details", "staging"])).toEqual(before);
  await stopAndExport(studio);

  await test.step("what is in memory can be distilled", async () => {
    await startRun(studio, 2);
    await studio.untilIteration(2);
    await expect(page.getByText(/noise · 4 classes/)).toBeVisible();
    await expect(page.locator(".run-status")).toContainText("Done", { timeout: 60_000 }); // though nothing could be stored
  });

  await test.step("and goes into a project file", async () => {
    await studio.button("Save project…").click();
    await expect(page.getByRole("dialog")).toContainText("2 datasets");
  });
  expect(studio.errors).toEqual([]);
});

test.describe("with the storage switched off", () => {
  let profile = "";
  let context: BrowserContext;
  test.beforeEach(async ({ viewport }) => {
    profile = mkdtempSync(join(tmpdir(), "studio-profile-"));
    mkdirSync(join(profile, "Default"));
    const blockSiteData = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(profile, "Default", "Preferences"), JSON.stringify(blockSiteData));
    context = await chromium.launchPersistentContext(profile, {
      ...launchOptions({ webgpu: false }),
      viewport,
      acceptDownloads: true,
      baseURL: test.info().project.use.baseURL!,
    });
  });
  test.afterEach(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });

  test("the whole studio works in memory, and says so", async () => {
    const page = await context.newPage();
    const studio = new Studio(page);
    await studio.open();
    await expect(alertWith(page, /Nothing is stored: the studio works in memory only/)).toBeVisible();
    await expect(alertWith(page, /The browser's storage cannot be used/)).toBeVisible();
    await studio.importSample();
    await studio.set({ "Network depth": 1, "Evaluation networks": 1, "Evaluation epochs": 2 });
    await startRun(studio, 3);
    await studio.untilIteration(3);
    await expect(studio.button("Start")).toBeVisible({ timeout: 60_000 });
    const { files } = await studio.export();
    expect(files.has("images.pt")).toBe(true);
    await page.getByRole("button", { name: /Rename Shapes-10/ }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("Renamed in memory");
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await expect(page.getByRole("button", { name: /^Renamed in memory/ })).toBeVisible();

    await test.step("evaluations and experts too", async () => {
      await studio.button("Evaluate…").click();
      const evaluate = page.getByRole("dialog", { name: "Evaluate" });
      await evaluate.getByRole("button", { name: "Start", exact: true }).click();
      const state = evaluate.getByRole("status", { name: "State of the evaluation" });
      await expect(state).toContainText("Done", { timeout: 120_000 });
      await evaluate.getByRole("button", { name: "Close" }).click();
      await page.getByRole("combobox", { name: "Method" }).click();
      await page.getByRole("option", { name: "Trajectory matching (MTT)" }).click();
      await studio.set({ Experts: 1, "Start epochs": 1, "Expert epochs to match": 1 });
      await studio.button("Experts…").click();
      const experts = page.getByRole("dialog", { name: "Experts" });
      await experts.getByRole("button", { name: "Train", exact: true }).click();
      await expect(experts).toContainText("All are trained.", { timeout: 120_000 });
      await experts.getByRole("button", { name: "Close" }).click();
    });

    await test.step("the page asks before it goes", async () => {
      const question = page.waitForEvent("dialog");
      await page.close({ runBeforeUnload: true });
      const dialog = await question;
      expect(dialog.type()).toBe("beforeunload");
      await dialog.dismiss();
      await expect(page.getByRole("button", { name: /^Renamed in memory/ })).toBeVisible();
    });
    expect(studio.errors).toEqual([]);
  });
});

test("a newer version in another tab: this one says so, its run goes on, its commands fail clearly", async ({
  page,
  context,
}) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.importSample();
  await startRun(studio, 100_000);
  const other = await sameOriginPage(context);
  const newer = await holdDatabase(other, 99);
  expect(newer).toBe("open");
  await expect(
    alertWith(page, "A newer version of the studio is open in another tab: reload this one."),
  ).toBeVisible();
  await page.getByRole("button", { name: /Rename Shapes-10/ }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("too late");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await expect(alertWith(page, /written by a newer version of the studio/)).toBeVisible({ timeout: 20_000 });
  await stopAndExport(studio);

  await test.step("an older build that meets the newer data leaves it alone", async () => {
    const before = await recordHashes(other, ["datasets", "shards"]);
    expect(before.length).toBeGreaterThan(1);
    await studio.open();
    await expect(alertWith(page, /written by a newer version of the studio/)).toBeVisible({
      timeout: 20_000,
    });
    await expect(alertWith(page, /works in memory only/)).toBeVisible();
    expect(await recordHashes(other, ["datasets", "shards"])).toEqual(before);
  });
});

test("an older version that does not let go: the studio says so instead of waiting", async ({
  page,
  context,
}) => {
  const other = await sameOriginPage(context);
  expect(await holdDatabase(other, 1)).toBe("open");
  const studio = new Studio(page);
  await studio.open();
  await expect(alertWith(page, /Another tab keeps an older version/)).toBeVisible({ timeout: 30_000 });
  await expect(alertWith(page, /Close the other tabs of the studio/)).toBeVisible();
  await other.evaluate((name) => {
    (window as unknown as { held: IDBDatabase }).held.close();
    indexedDB.deleteDatabase(name); // it holds none of what a real version 1 does
  }, STUDIO_DATABASE);
  await studio.open();
  await studio.importSample();
  await expect(alertWith(page, /works in memory only/)).toHaveCount(0);
});

for (const [how, clear] of [
  ["another tab deletes the database", deleteFromOtherTab],
  ["the browser clears the site's data", clearSiteData],
] as const) {
  test(`${how}: the lists follow, the run goes on and is exported`, async ({ page, context }) => {
    const studio = new Studio(page);
    await studio.open();
    await studio.importSample();
    await startRun(studio, 100_000);
    await clear(page, context);
    await expect(alertWith(page, /The studio's storage was cleared/)).toBeVisible();
    await expect(page.getByRole("button", { name: /^Shapes-10/ })).toHaveCount(0);
    await stopAndExport(studio);
    await studio.importSample();
    await expect(page.getByRole("button", { name: /^Shapes-10/ })).toBeVisible();
  });
}

async function deleteFromOtherTab(_page: Page, context: BrowserContext): Promise<void> {
  const other = await sameOriginPage(context);
  const result = await other.evaluate(
    (name) =>
      new Promise<string>((resolve) => {
        const deleting = indexedDB.deleteDatabase(name);
        deleting.onsuccess = () => resolve("deleted");
        deleting.onerror = () => resolve("refused");
      }),
    STUDIO_DATABASE,
  );
  expect(result).toBe("deleted");
}

async function clearSiteData(page: Page, context: BrowserContext): Promise<void> {
  const session = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
}
