/** The contract of a writer: it turns a snapshot into files of one kind. Those that are chosen make the export. */
import type { ExportFormat } from "@/shared/exporting";
import type { Snapshot } from "@/shared/run";

/** A file of the export; `path` uses "/" and never leaves the folder. */
export interface WrittenFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Writer extends ExportFormat {
  /** How many files it is going to write, for the progress. */
  count(snapshot: Snapshot): number;
  /** The files one after the other, so that they need not all be in memory. @param chosen all that write this export */
  write(
    snapshot: Snapshot,
    chosen: readonly ExportFormat[],
  ): AsyncIterable<WrittenFile> | Iterable<WrittenFile>;
}

/** Checks a writer's type where it is written. */
export const defineWriter = (writer: Writer): Writer => writer;

/** What the page needs of a writer. */
export const formatOf = ({ id, label, about, files, isDefault, loaders }: Writer): ExportFormat => ({
  id,
  label,
  about,
  files,
  isDefault,
  loaders,
});
