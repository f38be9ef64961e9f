/** The page of the import bench: hands the chosen files to the real data worker and times it. */
import { openDB } from "idb";
import { createDataClient } from "@/worker/client";

const client = createDataClient((error) => console.error(error));
const ignore = () => undefined;

/** Imports what was chosen, and deletes it again. */
export async function importOnce() {
  const chosen = [...document.querySelectorAll("input")].flatMap((input) => [...input.files!]);
  const files = chosen.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  const started = performance.now();
  const plan = await client.inspectFiles(files, ignore);
  const inspected = performance.now();
  const choices = { name: plan.name, size: plan.size, channels: plan.channels, testShare: 0.1, seed: 0 };
  const { dataset, report } = await client.importFiles(choices, ignore);
  const ended = performance.now();
  await client.deleteDataset(dataset.id);
  return {
    images: [...report.counts.train, ...report.counts.test].reduce((sum, count) => sum + count, 0),
    skipped: report.skipped.length,
    inspectSeconds: (inspected - started) / 1000,
    importSeconds: (ended - inspected) / 1000,
    reader: plan.readerId,
    fingerprint: dataset.fingerprint,
    choices,
  };
}

export async function importAll() {
  const { choices, ...result } = await importOnce();
  return { ...result, ...(await cancelHalfway(choices)) };
}

/** Begins the import again and cancels it once images are coming in. */
async function cancelHalfway(choices: Parameters<typeof client.importFiles>[0]) {
  let seen: () => void = ignore;
  const underWay = new Promise<void>((resolve) => (seen = resolve));
  const result = client
    .importFiles(choices, ({ done }) => {
      if (done > 10_000) seen();
    })
    .then(
      () => "imported",
      (error: unknown) => (error as Error).name,
    );
  await underWay;
  const asked = performance.now();
  await client.cancelImport();
  const cancelMs = performance.now() - asked;
  if ((await result) !== "AbortError") throw new Error(`the cancelled import ended as ${await result}`);
  const database = await openDB("distillation-studio");
  let recordsAfterCancel = 0;
  for (const store of database.objectStoreNames) recordsAfterCancel += await database.count(store);
  database.close();
  return { cancelMs, recordsAfterCancel };
}

Object.assign(globalThis, { importAll, importOnce });
