/** Everything in one file: out of one browser, checked, and into another one, byte for byte. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { launchOptions } from "./support/browser.mjs";
import { expectNoFaults } from "./support/axe";
import { Studio } from "./support/studio";

// what it is about needs no GPU, and one in software is slow to start
test.use({ launchOptions: launchOptions({ webgpu: false }) });

/** SHA-256 of every record of every store, by its key, and of every Blob and array in it. */
function storeContents(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const hex = async (bytes: ArrayBuffer | Uint8Array<ArrayBuffer>) =>
      Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) =>
        byte.toString(16).padStart(2, "0"),
      ).join("");
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    const readable = async (value: unknown): Promise<unknown> => {
      if (value instanceof Blob) return hex(await value.arrayBuffer());
      if (ArrayBuffer.isView(value)) return hex(new Uint8Array(value.buffer as ArrayBuffer));
      if (Array.isArray(value)) return Promise.all(value.map(readable));
      if (typeof value !== "object" || value === null) return value;
      const entries = Object.entries(value).map(async ([key, item]) => [key, await readable(item)] as const);
      return Object.fromEntries(await Promise.all(entries));
    };
    const database = await asked(indexedDB.open("distillation-studio"));
    const contents: Record<string, string> = {};
    for (const name of database.objectStoreNames) {
      const store = () => database.transaction(name).objectStore(name);
      for (const key of await asked(store().getAllKeys()))
        contents[`${name}/${JSON.stringify(key)}`] = JSON.stringify(
          await readable(await asked(store().get(key))),
        );
    }
    database.close();
    return contents;
  });
}

/** The sample dataset and a kept set. */
async function fill(studio: Studio): Promise<void> {
  await studio.open();
  await studio.importSample();
  await studio.set({
    Iterations: 2,
    Seed: 5,
    "Real images per class": 2,
    "Network width": 4,
    "Evaluation interval": 0,
  });
  await studio.spinbutton("Images per class (IPC)").fill("1");
  await studio.button("Start").click();
  await expect(
    studio
      .region("Result")
      .getByText(/IPC 1|1 per class/)
      .first(),
  ).toBeVisible({ timeout: 120_000 });
}

async function saveToDownloads(page: Page): Promise<string> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  return (await download).path();
}

async function openFile(page: Page, path: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open project…" }).click();
  await (await chooser).setFiles(path);
}

/** Without the picker for a place, as in Firefox and Safari. */
const withoutPicker = () => Reflect.deleteProperty(window, "showSaveFilePicker");

test("saved, then opened in another browser: every store is equal, and the run's settings are there", async ({
  page,
  browser,
  baseURL,
}, info) => {
  const studio = new Studio(page);
  await page.addInitScript(withoutPicker);
  await fill(studio);
  const before = await storeContents(page);
  await studio.button("Save project…").click();
  const dialog = page.getByRole("dialog", { name: "Save the project" });
  await expect(dialog).toContainText("1 dataset, 1 kept set");
  await expectNoFaults(page, "the dialog of a project");
  const path = info.outputPath("project.zip");
  writeFileSync(path, readFileSync(await saveToDownloads(page)));
  await expect(page.getByRole("dialog", { name: "The project is saved" })).toContainText("in your downloads");

  const other = await browser.newContext({ baseURL: baseURL!, viewport: { width: 390, height: 844 } });
  const there = new Studio(await other.newPage());
  await there.open();
  await openFile(there.page, path);
  const outcome = there.page.getByRole("dialog", { name: /is opened$/ });
  await expect(outcome).toContainText("1 dataset", { timeout: 60_000 });
  await expect(outcome).toContainText("1 kept set");
  await expectNoFaults(there.page, "the outcome of opening a project");
  expect(await storeContents(there.page)).toEqual(before);
  await there.button("Done").click();
  await there.page.getByRole("tab", { name: "Method" }).click();
  await there.unfold();
  await expect(there.spinbutton("Seed")).toHaveValue("5");
  await there.page.getByRole("tab", { name: "Data" }).click();

  await test.step("a second time brings nothing twice", async () => {
    await openFile(there.page, path);
    await expect(outcome).toContainText("nothing new");
    expect(await storeContents(there.page)).toEqual(before);
    await there.button("Done").click();
  });

  await test.step("a changed byte is refused by name, the store as before", async () => {
    const bytes = readFileSync(path);
    const at = bytes.indexOf("files/shards/000000.pixels") + 5000;
    bytes[at] = bytes[at]! ^ 1;
    const broken = info.outputPath("broken.zip");
    writeFileSync(broken, bytes);
    await openFile(there.page, broken);
    const refused = there.page.getByRole("dialog", { name: "The project is not opened" });
    await expect(refused).toContainText('"files/shards/000000.pixels" does not match its SHA-256');
    expect(await storeContents(there.page)).toEqual(before);
  });
  expect(there.foreignRequests).toEqual([]);
  await other.close();
});

test("written straight to a chosen place, and opened by a drop", async ({ page }) => {
  const studio = new Studio(page);
  // a picker that answers with a real file of the origin's own file system
  await page.addInitScript(() => {
    const pick = async ({ suggestedName }: { suggestedName: string }) =>
      (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
    Object.assign(window, { showSaveFilePicker: pick });
  });
  await studio.open();
  await studio.importSample();
  const before = await storeContents(page);
  await studio.button("Save project…").click();
  await studio.button("Save").click();
  await expect(page.getByRole("dialog", { name: "The project is saved" })).toContainText(
    "where you wanted it",
  );
  await studio.button("Done").click();
  await page.getByRole("button", { name: /^Delete Shapes-10/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("None yet. What you import")).toBeVisible();

  await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    const transfer = new DataTransfer();
    for await (const handle of folder.values())
      if (handle.kind === "file") transfer.items.add(await (handle as FileSystemFileHandle).getFile());
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
  });
  await expect(page.getByRole("dialog", { name: /^studio-project-.* is opened$/ })).toContainText(
    "1 dataset",
  );
  expect(await storeContents(page)).toEqual(before);
  expect(studio.errors).toEqual([]);
});
