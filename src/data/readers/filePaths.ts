/** What file names say: junk, kind, and a name for a dataset. */

const JUNK = /^(__MACOSX|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.git|\.ipynb_checkpoints|\.Trashes)$/i;
const IMAGE = /\.(png|apng|jpe?g|jfif|gif|webp|bmp)$/i;
/** Deeper and longer names come from no folder: systems allow 4,096 characters at most. */
const MAX_PATH = 4096;
const MAX_DEPTH = 100;

/** Files that operating systems and tools leave behind: they are ignored without a word. */
export const isJunk = (path: string): boolean => path.split("/").some((part) => JUNK.test(part));

/** Whether the name says that it is a picture which browsers decode. */
export const isImageName = (path: string): boolean => IMAGE.test(path);

/** Last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** "cifar10" of "downloads/cifar10.tar.gz". */
export const stem = (path: string): string => baseName(path).replace(/(\.tar)?\.[A-Za-z0-9]+$/, "");

/**
 * Why a path inside an archive is not to be trusted, "" when it is fine: it would leave its folder ("../"), is
 * absolute, hides its end behind a NUL, or is longer or deeper than any folder.
 */
export function unsafePath(path: string): string {
  if (path.length > MAX_PATH) return `unsafe name: ${path.length.toLocaleString("en")} characters`;
  const parts = path.split(/[/\\]/);
  if (path.includes("\0")) return "unsafe name: it contains a NUL character";
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return "unsafe name: an absolute path";
  if (parts.includes("..")) return "unsafe name: it leads out of its folder";
  if (parts.length > MAX_DEPTH) return `unsafe name: ${parts.length} folders deep`;
  return "";
}

/** Text in an order that depends on nothing but the text: by number when all are numbers, else by code point. */
export function sortedNames(names: Iterable<string>): string[] {
  const all = [...names];
  const numeric = all.every((name) => /^\d{1,15}$/.test(name));
  return all.sort((a, b) => (numeric && Number(a) !== Number(b) ? Number(a) - Number(b) : a < b ? -1 : 1));
}
