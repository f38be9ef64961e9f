/**
 * Where downloads lie until they are imported. What has arrived stays when a connection breaks or the page is closed, so
 * that the same address goes on where it stopped.
 */
import type { FileVersion } from "@/shared/webImport";

export interface ShelvedFile {
  /** Bytes that are there. */
  readonly size: number;
  /** Of which version they are; null when nothing is there. */
  readonly version: FileVersion | null;
  /** Whether they are all. */
  readonly isWhole: boolean;
  /** Drops what is there and takes bytes of this version from the first on. */
  begin(version: FileVersion): Promise<void>;
  /** @throws UserError when there is no room */
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Notes that all is there. */
  finish(): Promise<void>;
  /** Lets go of it; what is there stays. */
  close(): Promise<void>;
  /** All that is there; only after `close`. */
  read(): Promise<Blob>;
  /** Deletes it, open or not. */
  remove(): Promise<void>;
}

export interface DownloadShelf {
  /** The place of an address. One at a time may have it open. */
  open(url: string): Promise<ShelvedFile>;
  /** Bytes that are kept of an address. */
  sizeOf(url: string): Promise<number>;
  /** Deletes what nobody has added to since `before`, in ms since 1970. */
  sweep(before: number): Promise<void>;
}

/** Parts become Blobs of this size, which the browser can keep on disk. */
const PART = 4 << 20; // bytes

/** A shelf that is gone with the page: where the browser has no file system for pages, and in Node. */
export function memoryShelf(): DownloadShelf {
  const files = new Map<string, MemoryFile>();
  return {
    open: (url) => {
      const file = files.get(url) ?? new MemoryFile(() => files.delete(url));
      files.set(url, file);
      return Promise.resolve(file);
    },
    sizeOf: (url) => Promise.resolve(files.get(url)?.size ?? 0),
    sweep: () => Promise.resolve(),
  };
}

class MemoryFile implements ShelvedFile {
  size = 0;
  version: FileVersion | null = null;
  isWhole = false;
  private parts: Blob[] = [];
  private recent: Uint8Array<ArrayBuffer>[] = [];
  private recentBytes = 0;

  constructor(private readonly forget: () => void) {}

  begin(version: FileVersion): Promise<void> {
    Object.assign(this, { size: 0, version, isWhole: false, parts: [], recent: [], recentBytes: 0 });
    return Promise.resolve();
  }

  append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.size += bytes.length;
    this.recent.push(bytes);
    this.recentBytes += bytes.length;
    if (this.recentBytes >= PART) this.flush();
    return Promise.resolve();
  }

  finish(): Promise<void> {
    this.isWhole = true;
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.flush();
    return Promise.resolve();
  }

  read(): Promise<Blob> {
    return Promise.resolve(new Blob(this.parts));
  }

  remove(): Promise<void> {
    this.forget();
    return Promise.resolve();
  }

  private flush(): void {
    if (this.recent.length > 0) this.parts.push(new Blob(this.recent));
    this.recent = [];
    this.recentBytes = 0;
  }
}
