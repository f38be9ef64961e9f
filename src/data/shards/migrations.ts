/**
 * The shape of the database, as a list of steps: step n takes version n to n + 1, and a step that was released
 * is never changed. A browser that has an old version runs the steps it lacks, inside one transaction.
 */
import type { DBSchema, IDBPDatabase } from "idb";
import type { DatasetInfo, Split } from "@/shared/dataset";
import type { ImportReport } from "@/shared/importing";

/** Packed images of one split: `pixels` [count, height, width, channels], `labels` uint16 little-endian. */
export interface ShardRecord {
  datasetId: string;
  split: Split;
  index: number;
  count: number;
  pixels: Blob;
  labels: Blob;
  /** SHA-256 of the pixels followed by the labels, hex. */
  sha256: string;
}

/** The first images per class, as they are stored: [class][image][height][width][channels]. */
export interface StoredPreview {
  perClass: number;
  width: number;
  height: number;
  channels: 1 | 3;
  pixels: Uint8Array<ArrayBuffer>;
  /** Images there are, per class: at most `perClass`. */
  counts: number[];
}

export interface DetailsRecord {
  datasetId: string;
  report: ImportReport;
  preview: StoredPreview;
}

/** An import that has begun and is not visible yet. */
export interface StagingRecord {
  datasetId: string;
}

export interface StudioSchema extends DBSchema {
  /** What is listed: a dataset exists when it is here. */
  datasets: { key: string; value: DatasetInfo };
  shards: { key: [string, Split, number]; value: ShardRecord };
  details: { key: string; value: DetailsRecord };
  staging: { key: string; value: StagingRecord };
}

type Migration = (database: IDBPDatabase<StudioSchema>) => void;

export const migrations: readonly Migration[] = [
  (database) => {
    database.createObjectStore("datasets", { keyPath: "id" });
    database.createObjectStore("shards", { keyPath: ["datasetId", "split", "index"] });
    database.createObjectStore("details", { keyPath: "datasetId" });
    database.createObjectStore("staging", { keyPath: "datasetId" });
  },
];

/** The version that this code writes. */
export const SCHEMA_VERSION = migrations.length;

/** Runs the steps from `oldVersion` on. */
export function migrate(database: IDBPDatabase<StudioSchema>, oldVersion: number): void {
  for (const step of migrations.slice(oldVersion)) step(database);
}
