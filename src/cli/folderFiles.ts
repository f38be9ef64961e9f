/** Files that are there whole or not at all, and what the system says when it refuses one. */
import { open, rename, rm } from "node:fs/promises";
import { CliError, EXIT } from "./exitCodes";

/** Writes a file beside its place, down to the disk, and moves it there. @throws Error of the system */
export async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const staged = `${path}.part`;
  try {
    const file = await open(staged, "w");
    try {
      for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A refusal of the system in words, with the code for files; anything else as it is. */
export function fileError(error: unknown, what: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code !== "string" || error instanceof CliError) return error;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new CliError(
        EXIT.files,
        `${what}: the disk is full.`,
        "Make room, or choose a folder on another disk.",
      );
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new CliError(
        EXIT.files,
        `${what}: it may not be written.`,
        "Choose another folder, or change its permissions.",
      );
    case "ENOTDIR":
    case "EEXIST":
      return new CliError(EXIT.files, `${what}: there is a file in its place.`, "Choose another folder.");
    default:
      return new CliError(EXIT.files, `${what}: ${message}.`, "Check the path.");
  }
}
