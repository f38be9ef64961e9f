/**
 * The files of a drop, with their paths. `readEntries` hands out at most 100 entries at a time and must be
 * asked until it gives none. A file that cannot be opened ends the walk: a dataset with holes helps nobody.
 */
import type { PickedFile } from "@/shared/importing";
import { UserError } from "@/shared/errors";

/**
 * All files of a drop, folders walked to their ends. Must be called inside the drop event: its items are
 * gone afterwards.
 * @throws UserError for a file or folder that the browser may not read
 */
export function droppedFiles(items: DataTransferItemList): Promise<PickedFile[]> {
  const roots: FileSystemEntry[] = [];
  const loose: PickedFile[] = [];
  for (const item of items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = entry ? null : item.getAsFile();
    if (entry) roots.push(entry);
    else if (file) loose.push({ path: file.name, file });
  }
  return walk(roots).then((found) => [...loose, ...found]);
}

/** The files below some entries, in the order of the folders. */
export async function walk(roots: readonly FileSystemEntry[]): Promise<PickedFile[]> {
  const found: PickedFile[] = [];
  const waiting = [...roots].reverse();
  for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
    const inside = entry.isDirectory ? await allEntries(entry as FileSystemDirectoryEntry) : [entry];
    const files = inside.filter(({ isFile }) => isFile) as FileSystemFileEntry[];
    found.push(...(await Promise.all(files.map(pick))));
    waiting.push(...inside.filter(({ isDirectory }) => isDirectory).reverse());
  }
  return found;
}

/** The files of a file or folder picker. */
export const pickedFiles = (list: Iterable<File>): PickedFile[] =>
  [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

async function allEntries(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, (error) => reject(unreadable(folder, error))),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const pick = (entry: FileSystemFileEntry): Promise<PickedFile> =>
  new Promise((resolve, reject) =>
    entry.file(
      (file) => resolve({ path: entry.fullPath.replace(/^\//, ""), file }),
      (error) => reject(unreadable(entry, error)),
    ),
  );

const unreadable = (entry: FileSystemEntry, error: DOMException): UserError =>
  new UserError(
    `${entry.fullPath} cannot be read: ${error.message}`,
    "Check that the file is still there and that you may open it, then drop it again.",
  );
