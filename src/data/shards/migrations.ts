/**
 * The shape of the database, as a list of steps: step n takes version n to n + 1, and a step that was released
 * is never changed. A browser that has an old version runs the steps it lacks, inside one transaction.
 */
import type { DBSchema, IDBPDatabase } from "idb";
import type { DatasetInfo, Split } from "@/shared/dataset";
import type { UnfinishedJob, UnfinishedRun } from "@/shared/checkpoint";
import type { ImportReport } from "@/shared/importing";
import type { NetworkScore, ScoreKey } from "@/shared/evaluating";
import type { Snapshot } from "@/shared/run";
import type { SetHistory } from "@/shared/setHistory";
import type { ExpertInfo, ExpertSetInfo, WeightPrecision } from "@/shared/trajectories";

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

/** Experts of one dataset, network and recipe; `id` is the hash of the three. */
export type ExpertSetRecord = Omit<ExpertSetInfo, "bytes" | "experts">;

export interface ExpertRecord extends ExpertInfo {
  setId: string;
  /** Of its epochs and its state, on disk. */
  bytes: number;
}

/** One epoch of an expert: `weights` little-endian in `precision`. */
export interface ExpertEpochRecord {
  setId: string;
  expert: number;
  epoch: number;
  precision: WeightPrecision;
  weights: Blob;
  /** SHA-256 of the bytes, hex. */
  sha256: string;
  /** Of compact weights: the epoch that they are a difference from, and its hash. */
  from?: { epoch: number; sha256: string };
}

/** Where an expert's training goes on: float32, the weights and behind them the velocity, if there is one. */
export interface ExpertStateRecord {
  setId: string;
  expert: number;
  epoch: number;
  count: number;
  numbers: Blob;
  sha256: string;
}

/** A kept synthetic set; `id` is the hash of what is learned and of the config. Arrays are little-endian. */
export interface SnapshotRecord {
  id: string;
  savedAt: number; // ms since 1970
  rest: Omit<Snapshot, "images" | "pictures" | "labels" | "targets" | "history">;
  images: Blob; // float32
  /** Of whitened images alone: uint8. */
  pictures?: Blob;
  labels: Blob; // uint16
  targets: Blob | null; // float32
  /** How it came about; the id does not depend on it. */
  history?: { facts: Omit<SetHistory, "pixels">; pixels: Blob };
}

/** `recipe` is the hash of the key's. */
export interface ScoreRecord extends ScoreKey, NetworkScore {}

/** Checkpoints are written alternately, so that the one before outlives a broken write. */
export type Generation = 0 | 1;

export interface UnfinishedRecord extends UnfinishedRun {
  datasetFingerprint: string;
  /** The generation of the newest checkpoint, null before the first. */
  newest: Generation | null;
}

/** The state of a run: its facts as JSON, and its numbers packed behind each other (`runs/packedCheckpoint.ts`). */
export interface CheckpointRecord {
  runId: string;
  generation: Generation;
  facts: string;
  /** SHA-256 of the facts, hex; the hash of each part is one of them. */
  sha256: string;
  parts: Blob[];
}

export interface StudioSchema extends DBSchema {
  /** What is listed: a dataset exists when it is here. */
  datasets: { key: string; value: DatasetInfo };
  shards: { key: [string, Split, number]; value: ShardRecord };
  details: { key: string; value: DetailsRecord };
  staging: { key: string; value: StagingRecord };
  expertSets: { key: string; value: ExpertSetRecord };
  experts: { key: [string, number]; value: ExpertRecord };
  expertEpochs: { key: [string, number, number]; value: ExpertEpochRecord };
  expertStates: { key: [string, number]; value: ExpertStateRecord };
  snapshots: { key: string; value: SnapshotRecord };
  scores: { key: [string, ScoreKey["subject"], string, number]; value: ScoreRecord };
  unfinished: { key: string; value: UnfinishedRecord };
  checkpoints: { key: [string, Generation]; value: CheckpointRecord };
  jobs: { key: UnfinishedJob["kind"]; value: UnfinishedJob };
}

type Migration = (database: IDBPDatabase<StudioSchema>) => void;

export const migrations: readonly Migration[] = [
  (database) => {
    database.createObjectStore("datasets", { keyPath: "id" });
    database.createObjectStore("shards", { keyPath: ["datasetId", "split", "index"] });
    database.createObjectStore("details", { keyPath: "datasetId" });
    database.createObjectStore("staging", { keyPath: "datasetId" });
  },
  (database) => {
    database.createObjectStore("expertSets", { keyPath: "id" });
    database.createObjectStore("experts", { keyPath: ["setId", "expert"] });
    database.createObjectStore("expertEpochs", { keyPath: ["setId", "expert", "epoch"] });
    database.createObjectStore("expertStates", { keyPath: ["setId", "expert"] });
  },
  (database) => {
    database.createObjectStore("snapshots", { keyPath: "id" });
    database.createObjectStore("scores", { keyPath: ["owner", "subject", "recipe", "index"] });
  },
  (database) => {
    database.createObjectStore("unfinished", { keyPath: "id" });
    database.createObjectStore("checkpoints", { keyPath: ["runId", "generation"] });
    database.createObjectStore("jobs", { keyPath: "kind" });
  },
];

/** The version that this code writes. */
export const SCHEMA_VERSION = migrations.length;

/** Runs the steps from `oldVersion` on. */
export function migrate(database: IDBPDatabase<StudioSchema>, oldVersion: number): void {
  for (const step of migrations.slice(oldVersion)) step(database);
}
