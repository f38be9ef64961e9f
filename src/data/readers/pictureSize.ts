/** A file that is larger than this is no picture of a dataset of small images. */
const MAX_PICTURE = 64 * 2 ** 20;

/** Why a file of so many bytes is left out, "" when it can be a picture. */
export const tooLarge = (bytes: number): string =>
  bytes > MAX_PICTURE ? `too large: ${Math.round(bytes / 2 ** 20)} MiB` : "";
