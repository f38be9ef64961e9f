/** Files and folders on disk as the page gets them by drag and drop: their contents as Blobs, under relative paths. */
import { openAsBlob } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { PickedFile } from "@/shared/importing";
import { CliError, EXIT } from "./exitCodes";

/** Deeper folders are links that lead back into themselves. */
const MAX_DEPTH = 40;

/**
 * The files named, and all files of the folders named, in the order of their names. Nothing is read yet.
 * @throws CliError that names what is not there or cannot be opened
 */
export async function pickFiles(paths: readonly string[], flag: string): Promise<PickedFile[]> {
  const picked: PickedFile[] = [];
  for (const path of paths)
    try {
      await pick(resolve(path), basename(resolve(path)), picked, 0);
    } catch (error) {
      if (error instanceof CliError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      const why =
        code === "ENOENT"
          ? "there is no such file or folder"
          : code === "EACCES"
            ? "it may not be read"
            : message;
      throw new CliError(EXIT.data, `${flag} ${path}: ${why}.`, "Check the path.");
    }
  return picked;
}

async function pick(at: string, path: string, picked: PickedFile[], depth: number): Promise<void> {
  const found = await stat(at);
  if (!found.isDirectory()) {
    picked.push({ path, file: await openAsBlob(at) });
    return;
  }
  if (depth === MAX_DEPTH)
    throw new CliError(
      EXIT.data,
      `${at} lies ${MAX_DEPTH} folders deep.`,
      "Remove the link that leads back.",
    );
  const names = (await readdir(at)).sort();
  for (const name of names) await pick(join(at, name), `${path}/${name}`, picked, depth + 1);
}
