/** What the page and the data worker say to each other while files become a dataset. */
import type { DatasetInfo, ImageShape, Split } from "./dataset";
import type { ImportChoices } from "./importChoices";

/** A file the person chose, with its path inside what was dropped ("train/cat/1.png"). */
export interface PickedFile {
  path: string;
  file: Blob; // in the page a File
  /** The address that it was fetched from. */
  url?: string;
}

/** What a first look at the files found; the person decides on it before the import. */
export interface ImportPlan {
  readerId: string;
  readerLabel: string;
  /** A name for the dataset. */
  name: string;
  classNames: string[];
  /** Images per class as far as the first look knows. */
  counts: Record<Split, number[]>;
  /** Sizes seen, most common first; `sampled` says over how many images. */
  sizes: { width: number; height: number; count: number }[];
  sampled: number;
  channels: 1 | 3;
  /** The size that is proposed: the only one, or the most common, at most 64. */
  size: { width: number; height: number };
  hasTestSplit: boolean;
  /** Two or more where the files label their images in several ways; the first is in force unless one is chosen. */
  labellings: PlanLabelling[];
  /** How the files were understood: "The channels stand first". */
  notes: string[];
}

/** One of several ways in which the files label the same images. */
export interface PlanLabelling {
  id: string;
  /** "Fine labels" */
  label: string;
  classNames: string[];
  counts: Record<Split, number[]>;
}

export interface ImportProgress {
  phase: "scanning" | "downloading" | "decoding" | "storing" | "generating";
  done: number;
  /** 0 when it is not known yet. */
  total: number;
  unit: "images" | "files" | "bytes";
  perSecond: number;
  /** Seconds left, or null when it is not known yet. */
  eta: number | null;
}

export interface SkippedFile {
  path: string;
  reason: string;
}

export interface ImportReport {
  datasetId: string;
  counts: Record<Split, number[]>;
  skipped: SkippedFile[];
  imagesPerSecond: number;
  seconds: number;
  /** Things that are worth knowing: "12 images were cropped to 32 × 32". */
  notes: string[];
}

/** A few images per class, RGBA, for the eye: `pixels` [class][image][height][width][4]. */
export interface DatasetPreview {
  datasetId: string;
  perClass: number;
  width: number;
  height: number;
  pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** A dataset that is one click away: made by the studio (`url` empty) or fetched when the person asks. */
export interface SampleInfo {
  id: string;
  label: string;
  about: string;
  /** Bytes to download, 0 for none. */
  downloadBytes: number;
  /** The host it comes from, "" for none. */
  host: string;
  licence: string;
}

export type ImportResult = { dataset: DatasetInfo; report: ImportReport };
export type { ImageShape, ImportChoices };
