/** What the page and the data worker say to each other of files that are fetched from the web. */

/** A file that an address leads to. */
export interface WebFile {
  url: string;
  /** Its path in the dataset; readers recognise formats and splits by it. */
  name: string;
  /** Null when the host does not say. */
  bytes: number | null;
  /** What tells this version of the file from another, as far as the host shows it. */
  version: FileVersion | null;
  /** Of a dataset of the hub: what may be chosen. */
  part?: { config: string; split: string };
}

export interface FileVersion {
  etag: string | null;
  lastModified: string | null;
  /** Bytes, null when the host does not say. */
  total: number | null;
}

export interface WebOffer {
  files: WebFile[];
  /** Bytes of them that arrived before and were kept. */
  kept: number;
  /** Bytes that the browser would still store, by its own estimate; null when it does not say. */
  free: number | null;
  /** Things worth knowing: "The hub has converted a part of it only." */
  notes: string[];
}

/** What a person asks for, and thereby allows. */
export interface WebRequest {
  addresses: WebAddress[];
  /** Whether a host may pass a file on to any other. */
  followsAnywhere: boolean;
}

export type WebAddress =
  { kind: "file"; url: string } | { kind: "hub"; dataset: string; config?: string; split?: string };

/** The name of what `fetch` throws when the page's own policy forbids where a host passes a request on to. */
export const REDIRECT_REFUSED = "RedirectRefused";
