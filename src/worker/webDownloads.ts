/** Files from the web on their way to an import: where they lie, and when they go. */
import { memoryShelf, type DownloadShelf } from "@/data/web/downloadShelf";
import type { WebContext } from "@/data/web/fetchFile";
import { fileShelf } from "@/data/web/fileShelf";
import { fetchWebFiles, lookUpWeb, type Fetched } from "@/data/web/webSource";
import type { ImportProgress, PickedFile } from "@/shared/importing";
import type { WebFile, WebOffer, WebRequest } from "@/shared/webImport";
import { webFetch } from "./webFetch";

/** What nobody went on with for so long is deleted. */
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** The browser's file system for pages, or memory where it has none. */
export function browserShelf(): DownloadShelf {
  const inFiles = fileShelf(() => navigator.storage.getDirectory());
  const inMemory = memoryShelf();
  const chosen = (async () => {
    const isThere =
      typeof FileSystemFileHandle !== "undefined" &&
      "createSyncAccessHandle" in FileSystemFileHandle.prototype;
    return isThere && (await navigator.storage.getDirectory().catch(() => null)) ? inFiles : inMemory;
  })();
  return {
    open: async (url) => (await chosen).open(url),
    sizeOf: async (url) => (await chosen).sizeOf(url),
    sweep: async (before) => (await chosen).sweep(before),
  };
}

export class WebDownloads {
  private fetched: Fetched | null = null;

  constructor(
    private readonly shelf: DownloadShelf,
    private readonly time: { clock: () => number; now: () => number },
  ) {}

  /** @param web to the document that may connect; without one the worker connects itself */
  async lookUp(
    { addresses }: WebRequest,
    web: MessagePort | undefined,
    signal: AbortSignal,
  ): Promise<WebOffer> {
    const offer = await lookUpWeb(addresses, this.shelf, contextOf(web, signal));
    return { ...offer, free: await freeBytes() };
  }

  async fetch(
    files: readonly WebFile[],
    web: MessagePort | undefined,
    signal: AbortSignal,
    onProgress: (progress: ImportProgress) => void,
  ): Promise<PickedFile[]> {
    this.fetched = null; // what was fetched before is gone on with, or swept
    const context = { ...contextOf(web, signal), onProgress, now: this.time.clock };
    this.fetched = await fetchWebFiles(files, this.shelf, context);
    return this.fetched.files;
  }

  /** Deletes what was fetched last: it was imported, or is not wanted. */
  async release(): Promise<void> {
    const fetched = this.fetched;
    this.fetched = null;
    await fetched?.release();
  }

  sweep(): Promise<void> {
    return this.shelf.sweep(this.time.now() - KEPT_MS);
  }
}

const contextOf = (web: MessagePort | undefined, signal: AbortSignal): WebContext => ({
  signal,
  fetch: web ? webFetch(web) : (...call) => fetch(...call),
  online: () => navigator.onLine,
});

async function freeBytes(): Promise<number | null> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined || usage === undefined ? null : Math.max(0, quota - usage);
  } catch {
    return null;
  }
}
