/** The contract of a writer: it turns a snapshot into files of one kind. All of them together make the export. */
import type { Snapshot } from "@/shared/run";

/** A file of the export; `path` uses "/" and never leaves the folder. */
export interface WrittenFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Writer {
  id: string;
  label: string;
  /** One sentence: what it is for. */
  about: string;
  /** How many files it is going to write, for the progress. */
  count(snapshot: Snapshot): number;
  /** The files one after the other, so that they need not all be in memory. */
  write(snapshot: Snapshot): AsyncIterable<WrittenFile> | Iterable<WrittenFile>;
}

/** Checks a writer's type where it is written. */
export const defineWriter = (writer: Writer): Writer => writer;
