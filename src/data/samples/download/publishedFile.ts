/** A file on a public host, with what is known of it beforehand. */
export interface PublishedFile {
  url: string;
  /** Its name in the dataset; readers recognise formats by it. */
  name: string;
  /** Exact size. */
  bytes: number;
  /** Hex; where it was found stands beside it. */
  sha256: string;
}

/** "26.4 MB" */
export function sizeText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export const hostOf = (url: string): string => new URL(url).host;
