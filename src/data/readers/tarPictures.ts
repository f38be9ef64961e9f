/** Which files of a tar archive cannot be pictures of a dataset. */
import type { TarMember } from "../codecs/tar";
import { unsafePath } from "./filePaths";

/** A file that is larger than this is no picture of a dataset of small images. */
const MAX_FILE = 64 * 2 ** 20;

/** Why a file is left out whatever its name says it is, "" when it can be read. */
export function tarRefusal({ path, size, isLink }: TarMember): string {
  if (isLink) return "a link, not a file";
  return unsafePath(path) || (size > MAX_FILE ? `too large: ${Math.round(size / 2 ** 20)} MiB` : "");
}
