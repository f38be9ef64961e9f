/** Does to the browser's storage what a full disk, another tab or the browser's settings do. */
import type { BrowserContext, Page } from "@playwright/test";

export const STUDIO_DATABASE = "distillation-studio";

/** An empty page of the studio's origin. */
export async function sameOriginPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.route("**/empty", (route) => route.fulfill({ contentType: "text/html", body: "<p>empty</p>" }));
  await page.goto("/empty");
  return page;
}

/**
 * Gives the studio's origin so many bytes, as long as the context lives. Before the studio first writes: Chromium
 * remembers for half a minute how much room there was.
 */
export async function limitStorage(context: BrowserContext, bytes: number): Promise<void> {
  const page = await sameOriginPage(context); // the limit ends with the page that set it
  const session = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: bytes });
}

/** Opens the studio's database in a version and holds it, as a tab does that does not give way. */
export const holdDatabase = (page: Page, version: number): Promise<string> =>
  page.evaluate(
    ([name, wanted]) =>
      new Promise<string>((resolve) => {
        const opening = indexedDB.open(name, wanted);
        opening.onsuccess = () => {
          Object.assign(window, { held: opening.result });
          resolve("open");
        };
        opening.onerror = () => resolve(String(opening.error));
      }),
    [STUDIO_DATABASE, version] as const,
  );

/** "store key sha-256" of each record in these stores, the bytes of its Blobs included. */
export const recordHashes = (page: Page, stores: readonly string[]): Promise<string[]> =>
  page.evaluate(
    async ([name, wanted]) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error!);
      });
      const all = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error!);
        });
      const hash = async (bytes: BufferSource) =>
        [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))]
          .map((byte) => byte.toString(16).padStart(2, "0"))
          .join("");
      const plain = async (value: unknown): Promise<unknown> => {
        if (value instanceof Blob) return hash(await value.arrayBuffer());
        if (ArrayBuffer.isView(value)) return hash(value as Uint8Array<ArrayBuffer>);
        if (Array.isArray(value)) return Promise.all(value.map(plain));
        if (typeof value !== "object" || value === null) return value;
        const entries = Object.entries(value).map(async ([key, field]) => [key, await plain(field)] as const);
        return Object.fromEntries(await Promise.all(entries));
      };
      const hashes: string[] = [];
      for (const store of wanted) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([all(objects.getAllKeys()), all(objects.getAll())]);
        for (const [i, key] of keys.entries()) {
          const text = new TextEncoder().encode(JSON.stringify(await plain(values[i])));
          hashes.push(`${store} ${JSON.stringify(key)} ${await hash(text)}`);
        }
      }
      database.close();
      return hashes;
    },
    [STUDIO_DATABASE, stores] as const,
  );

/** Fills what is left of the origin's storage with random bytes, in a database of their own. */
export const fillStorage = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open("ballast");
      opening.onupgradeneeded = () => opening.result.createObjectStore("bytes", { autoIncrement: true });
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error!);
    });
    const put = (bytes: Uint8Array) =>
      new Promise<boolean>((resolve) => {
        const writing = database.transaction("bytes", "readwrite");
        writing.objectStore("bytes").add(bytes);
        writing.oncomplete = () => resolve(true);
        writing.onabort = () => resolve(false);
      });
    for (const size of [2 ** 22, 2 ** 19, 2 ** 16, 2 ** 13]) {
      const bytes = new Uint8Array(size);
      for (let start = 0; start < size; start += 2 ** 16)
        crypto.getRandomValues(bytes.subarray(start, start + 2 ** 16));
      while (await put(bytes));
    }
    database.close();
  });
