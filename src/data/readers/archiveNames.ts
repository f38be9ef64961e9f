/** Which of the picked files are tar archives, and the order in which they are read. */
import type { PickedFile } from "@/shared/importing";
import { baseName } from "./filePaths";
import { declined, type Acceptance } from "./reader";

const TAR = /\.(tar|tar\.gz|tgz)$/i;

export const isTarName = (path: string): boolean => TAR.test(path);

/** Why files cannot be tar archives together; null when they can. */
export function declinesTars(files: readonly PickedFile[], most = Infinity): Acceptance | null {
  const tars = files.filter(({ path }) => isTarName(path));
  if (tars.length === 0) return declined("there is no .tar or .tar.gz among them");
  const other = files.find(({ path }) => !isTarName(path));
  if (other) return declined(`${baseName(other.path)} is no .tar or .tar.gz`);
  return tars.length > most ? declined("an archive is imported alone, one at a time") : null;
}

/** Files in the order of their paths: dropped ones come in the order of the file system. */
export const inPathOrder = (files: readonly PickedFile[]): PickedFile[] =>
  [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
