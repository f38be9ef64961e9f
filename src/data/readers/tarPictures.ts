/** Which files of a tar archive cannot be pictures of a dataset. */
import type { TarMember } from "../codecs/tar";
import { unsafePath } from "./filePaths";
import { tooLarge } from "./pictureSize";

/** Why a file is left out whatever its name says it is, "" when it can be read. */
export function tarRefusal({ path, size, isLink }: TarMember): string {
  if (isLink) return "a link, not a file";
  return unsafePath(path) || tooLarge(size);
}
