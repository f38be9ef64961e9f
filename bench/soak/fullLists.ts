/** 100 datasets and 200 kept sets in the lists: how long the page takes to answer a click or a key. */
import type { Browser, ElementHandle, Locator } from "@playwright/test";
import { Studio } from "../../e2e/support/studio";
import type { Tell } from "../soak.bench";

const DATASETS = 100;
const RUNS = 200;
const LIMIT_MS = 100;

export async function fullLists(browser: Browser, address: string, tell: Tell): Promise<void> {
  const context = await browser.newContext({ baseURL: address, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const studio = new Studio(page);
  await studio.open();
  await studio.importSample();
  await page.evaluate(fillLists, { datasets: DATASETS, runs: RUNS });
  const started = performance.now();
  await page.reload();
  const datasets = page.getByRole("button", { name: /classes · .* images/ });
  await datasets.nth(DATASETS - 1).waitFor();
  const openMs = performance.now() - started;
  await studio.open();
  await page.waitForTimeout(2000);

  const runs = page.locator(".runs .dataset-choose");
  await page.evaluate(watchEvents);
  const times: [string, number][] = [];
  // found beforehand: to find something by its role among hundreds of rows keeps the page busy itself
  const measure = async (what: string, where: Locator, act: (element: ElementHandle) => Promise<unknown>) => {
    const element = await where.elementHandle();
    await page.evaluate(() => void ((globalThis as unknown as { longest: number }).longest = 0));
    await act(element);
    await page.waitForTimeout(400); // events are told after the picture they led to
    const ms = await page.evaluate(() => (globalThis as unknown as { longest: number }).longest);
    times.push([what, ms]);
  };
  for (const index of [3, 50, 99]) {
    await datasets.nth(index).scrollIntoViewIfNeeded();
    await measure(`select dataset ${index + 1}`, datasets.nth(index), (row) => row.click());
  }
  for (const index of [3, 100, 199]) {
    await runs.nth(index).scrollIntoViewIfNeeded();
    await measure(`select run ${index + 1}`, runs.nth(index), (row) => row.click());
  }
  const ipc = studio.spinbutton("Images per class (IPC)");
  await measure("type a setting", ipc, (entry) => entry.press("7"));
  const rename = page.getByRole("button", { name: /^Rename/ }).first();
  await measure("open rename", rename, (button) => button.click());
  const name = page.getByRole("dialog").getByRole("textbox");
  await measure("type into the name", name, (entry) => entry.press("a"));
  await page.keyboard.press("Escape");
  const evaluate = page.getByRole("button", { name: "Evaluate…" });
  await measure("open Evaluate", evaluate, (button) => button.click());
  const boxes = page.getByRole("dialog").getByRole("group", { name: "Sets" }).getByRole("checkbox");
  await boxes.nth(RUNS - 1).waitFor();
  await measure("tick a set", boxes.nth(5), (box) => box.click());
  await measure("tick another set", boxes.nth(150), (box) => box.click());

  const slow = times.filter(([, ms]) => ms > LIMIT_MS);
  const [slowest, ms] = times.reduce((a, b) => (b[1] > a[1] ? b : a));
  tell(
    slow.length === 0,
    `${DATASETS} datasets and ${RUNS} kept sets: both lists are there ${(openMs / 1000).toFixed(1)} s after a reload; ` +
      `${times.length} interactions, the slowest "${slowest}" ${ms} ms (limit ${LIMIT_MS}); ` +
      times.map(([what, time]) => `${what} ${time}`).join(", "),
  );
  await context.close();
}

/** Notes the longest event from input to the next picture. */
function watchEvents(): void {
  const measured = globalThis as unknown as { longest: number };
  measured.longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) measured.longest = Math.max(measured.longest, duration);
  }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
}

/** Copies the only dataset, and writes kept sets of it; runs in the page. */
async function fillLists({ datasets, runs }: { datasets: number; runs: number }): Promise<void> {
  const asked = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
  type Info = { id: string; name: string; fingerprint: string; classNames: string[]; mean: number[] };
  const database = await asked(indexedDB.open("distillation-studio"));
  const transaction = database.transaction(["datasets", "details", "snapshots"], "readwrite");
  const [infos, details] = [transaction.objectStore("datasets"), transaction.objectStore("details")];
  const info = ((await asked(infos.getAll())) as Info[])[0]!;
  const detail = (await asked(details.get(info.id))) as object;
  for (let i = 1; i < datasets; i++) {
    infos.put({ ...info, id: `copy-${i}`, name: `Shapes-10 ${i + 1}`, createdAt: i });
    details.put({ ...detail, datasetId: `copy-${i}` });
  }
  const choice = { id: "convnet", params: {} };
  const config = {
    datasetId: info.id,
    run: { ipc: 1 },
    method: { id: "dm", params: {} },
    ...{
      network: choice,
      augmentation: { id: "dsa", params: {} },
      evaluation: { id: "standard", params: {} },
    },
  };
  for (let i = 0; i < runs; i++)
    transaction.objectStore("snapshots").put({
      id: i.toString(16).padStart(64, "0"),
      savedAt: 1_790_000_000_000 + i * 60_000,
      images: new Blob([new Float32Array(10 * 3072).fill(i / runs)]),
      labels: new Blob([Uint16Array.from({ length: 10 }, (_, label) => label)]),
      targets: null,
      rest: {
        ...{ config, iteration: 100 + i, shape: { height: 32, width: 32, channels: 3 } },
        ...{ classNames: info.classNames, datasetName: info.name, datasetFingerprint: info.fingerprint },
        ...{ mean: info.mean, std: [1, 1, 1], evaluations: [] },
      },
    });
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error!);
  });
  database.close();
}
