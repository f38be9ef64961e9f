/**
 * Downloads in the origin private file system: a folder per address with the bytes and a note of their version. Bytes are
 * written in place, so whatever arrived before a crash is there after it.
 */
import { UserError } from "@/shared/errors";
import type { FileVersion } from "@/shared/webImport";
import { sizeText } from "../samples/download/publishedFile";
import { sha256 } from "../shards/sha256";
import type { DownloadShelf, ShelvedFile } from "./downloadShelf";

const FOLDER = "downloads";
const DATA = "data";
const NOTE = "note.json";

/** What a worker writes a file with, in place: https://fs.spec.whatwg.org/#api-filesystemsyncaccesshandle */
interface SyncAccess {
  getSize(): number;
  truncate(size: number): void;
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  flush(): void;
  close(): void;
}

const openAccess = (handle: FileSystemFileHandle): Promise<SyncAccess> =>
  (handle as unknown as { createSyncAccessHandle(): Promise<SyncAccess> }).createSyncAccessHandle();

interface Note {
  version: FileVersion;
  isWhole: boolean;
}

/** @param root of `navigator.storage.getDirectory()`; sync access handles make it a worker's */
export function fileShelf(root: () => Promise<FileSystemDirectoryHandle>): DownloadShelf {
  const shelf = async () => (await root()).getDirectoryHandle(FOLDER, { create: true });
  const keyOf = async (url: string) => (await sha256(new TextEncoder().encode(url))).slice(0, 32);
  return {
    open: async (url) => {
      const folders = await shelf();
      const key = await keyOf(url);
      const folder = await folders.getDirectoryHandle(key, { create: true });
      return openFile(folder, () => folders.removeEntry(key, { recursive: true }));
    },

    sizeOf: async (url) => {
      try {
        const folder = await (await shelf()).getDirectoryHandle(await keyOf(url));
        return (await (await folder.getFileHandle(DATA)).getFile()).size;
      } catch {
        return 0;
      }
    },

    sweep: async (before) => {
      const folders = await shelf();
      for await (const [key, folder] of folders.entries()) {
        const newest = await newestIn(folder as FileSystemDirectoryHandle).catch(() => 0);
        if (newest < before) await folders.removeEntry(key, { recursive: true }).catch(() => undefined);
      }
    },
  };
}

async function newestIn(folder: FileSystemDirectoryHandle): Promise<number> {
  const times = await Promise.all(
    [DATA, NOTE].map(async (name) => (await (await folder.getFileHandle(name)).getFile()).lastModified),
  );
  return Math.max(...times);
}

async function openFile(
  folder: FileSystemDirectoryHandle,
  forget: () => Promise<void>,
): Promise<ShelvedFile> {
  const handle = await folder.getFileHandle(DATA, { create: true });
  let access: SyncAccess | null = await openAccess(handle).catch(() => {
    throw new UserError(
      "This file is being downloaded already.",
      "Wait for it, or cancel it where it was begun.",
    );
  });
  let note = await readNote(folder);
  let size = note ? access.getSize() : 0;
  const close = () => {
    access?.flush();
    access?.close();
    access = null;
  };
  return {
    get size() {
      return size;
    },
    get version() {
      return size > 0 && note ? note.version : null;
    },
    get isWhole() {
      return note?.isWhole ?? false;
    },
    async begin(version) {
      access!.truncate(0); // before the note changes: old bytes never stand under a new version
      access!.flush();
      size = 0;
      note = { version, isWhole: false };
      await writeNote(folder, note);
    },
    append: (bytes) =>
      Promise.resolve().then(() => {
        try {
          const written = access!.write(bytes, { at: size });
          if (written < bytes.length) throw new DOMException("short write", "QuotaExceededError");
          size += bytes.length;
        } catch (error) {
          throw noRoom(error, size);
        }
      }),
    async finish() {
      access!.flush();
      note = { ...note!, isWhole: true };
      await writeNote(folder, note);
    },
    close: () => Promise.resolve(close()),
    read: () => handle.getFile(),
    async remove() {
      close();
      await forget();
    },
  };
}

function noRoom(error: unknown, arrived: number): unknown {
  if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") return error;
  return new UserError(
    `The browser's storage for this page is full: ${sizeText(arrived)} of the download fit.`,
    "Delete datasets, experts or runs that you no longer need, then ask for the same address again to go on.",
  );
}

async function readNote(folder: FileSystemDirectoryHandle): Promise<Note | null> {
  try {
    return JSON.parse(await (await (await folder.getFileHandle(NOTE)).getFile()).text()) as Note;
  } catch {
    return null; // none yet, or broken off while it was written: the bytes count for nothing
  }
}

async function writeNote(folder: FileSystemDirectoryHandle, note: Note): Promise<void> {
  const access = await openAccess(await folder.getFileHandle(NOTE, { create: true }));
  try {
    access.truncate(0);
    access.write(new TextEncoder().encode(JSON.stringify(note)), { at: 0 });
    access.flush();
  } finally {
    access.close();
  }
}
