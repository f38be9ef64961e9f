/** A tab that dies, and what it has left in the browser's storage. */
import type { Page } from "@playwright/test";
import type { CheckpointRecord, UnfinishedRecord } from "../../src/data/shards/migrations";
import { Studio } from "./studio";

/** Kills the renderer of the page, without a word to it, and opens the studio anew in the same browser. */
export async function crash({ page }: Studio): Promise<Studio> {
  const context = page.context();
  const devtools = await context.newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  devtools.send("Page.crash").catch(() => undefined); // the page that should answer is gone
  await crashed;
  const studio = new Studio(await context.newPage());
  await studio.open();
  return studio;
}

/**
 * Tells the page that it is hidden, as another tab in front does. Only the word is sent: Playwright keeps every page
 * visible, also behind another one, minimised and frozen.
 */
export function hide(page: Page): Promise<void> {
  return page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

/** The iterations of the losses in the newest stored state of the only unfinished run. */
export function storedLosses(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const request = <T>(asked: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error!);
      });
    const database = await request(indexedDB.open("distillation-studio"));
    const all = database.transaction(["unfinished", "checkpoints"]);
    const [run] = await request<UnfinishedRecord[]>(all.objectStore("unfinished").getAll());
    const key = [run!.id, run!.newest!];
    const record = await request<CheckpointRecord>(all.objectStore("checkpoints").get(key));
    database.close();
    const facts = JSON.parse(record.facts) as { losses: number; tensors: { shape: number[] }[] };
    const bytes = await new Blob(record.parts).arrayBuffer(); // the losses stand behind the tensors
    const numbers = facts.tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    return Array.from(new Int32Array(bytes, 4 * numbers, facts.losses));
  });
}

/** Flips one bit of the newest stored state of the only unfinished run. */
export function damageNewest(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const request = <T>(asked: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error!);
      });
    const database = await request(indexedDB.open("distillation-studio"));
    const reading = database.transaction(["unfinished", "checkpoints"]);
    const [run] = await request<UnfinishedRecord[]>(reading.objectStore("unfinished").getAll());
    const key = [run!.id, run!.newest!];
    const record = await request<CheckpointRecord>(reading.objectStore("checkpoints").get(key));
    const bytes = new Uint8Array(await record.parts[0]!.arrayBuffer());
    bytes[100]! ^= 1;
    const writing = database.transaction("checkpoints", "readwrite").objectStore("checkpoints");
    await request(writing.put({ ...record, parts: [new Blob([bytes]), ...record.parts.slice(1)] }));
    database.close();
  });
}

/** Clears the stored scores, so that an evaluation is made again from the beginning. */
export function forgetScores(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("distillation-studio");
        opening.onerror = () => reject(opening.error!);
        opening.onsuccess = () => {
          const writing = opening.result.transaction("scores", "readwrite");
          writing.objectStore("scores").clear();
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
        };
      }),
  );
}
