/** How many records each object store of the studio's database holds. */
import type { Page } from "@playwright/test";

export const storedRecords = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(
    () =>
      new Promise<Record<string, number>>((resolve, reject) => {
        const opening = indexedDB.open("distillation-studio");
        opening.onerror = () => reject(opening.error!);
        opening.onsuccess = () => {
          const database = opening.result;
          const names = [...database.objectStoreNames];
          const stores = database.transaction(names);
          const counts = names.map((name) => stores.objectStore(name).count());
          stores.oncomplete = () => {
            resolve(Object.fromEntries(names.map((name, i) => [name, counts[i]!.result])));
            database.close();
          };
        };
      }),
  );
