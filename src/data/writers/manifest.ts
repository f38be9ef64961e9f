/** `manifest.json`: everything that is known of a set, in one file that programs can read. */
import { version as tfjsVersion } from "@tensorflow/tfjs/package.json";
import type { EvaluationScore, Snapshot } from "@/shared/run";
import { version as studioVersion } from "../../../package.json";
import { imagesPerClass, planesShape } from "./snapshotArrays";

export interface FileRecord {
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** The bytes of whitened images, [n, height, width, channels]. */
export const PICTURES_FILE = "pictures.npy";

export interface Manifest {
  format: "distillation-studio/1";
  versions: { studio: string; tfjs: string };
  dataset: { name: string; fingerprint: string };
  classNames: string[];
  method: string;
  /** The file that the set was opened from, where it was not distilled by the studio. */
  openedFrom?: string;
  imagesPerClass: number;
  iteration: number;
  seed: number | null;
  /** All settings, as the studio takes them back. */
  config: Snapshot["config"];
  images: { shape: number[]; layout: "NCHW"; order: "by class"; normalised: true };
  /** "standard": by `mean` and `std`; "zca": whitened (ε = 0.1) by the training images of the dataset. */
  preprocessing: "standard" | "zca";
  mean: number[];
  std: number[];
  /** The learned learning rate, or null. */
  synLr: number | null;
  softLabels: boolean;
  /** The newest evaluation, or null; accuracies are shares, 0 … 1. */
  accuracy: EvaluationScore | null;
  evaluations: EvaluationScore[];
  files: FileRecord[];
}

/** @param files what else is in the export, with its hashes */
export function manifestOf(snapshot: Snapshot, files: FileRecord[]): Manifest {
  const { config, classNames, mean, std, evaluations, iteration, synLr, targets } = snapshot;
  const seed = config.run["seed"];
  return {
    format: "distillation-studio/1",
    versions: { studio: studioVersion, tfjs: tfjsVersion },
    dataset: { name: snapshot.datasetName, fingerprint: snapshot.datasetFingerprint },
    classNames,
    method: config.method.id,
    ...(snapshot.openedFrom !== undefined && { openedFrom: snapshot.openedFrom }),
    imagesPerClass: imagesPerClass(snapshot),
    iteration,
    seed: typeof seed === "number" ? seed : null,
    config,
    images: { shape: planesShape(snapshot), layout: "NCHW", order: "by class", normalised: true },
    preprocessing: snapshot.pictures ? "zca" : "standard",
    mean,
    std,
    synLr: synLr ?? null,
    softLabels: targets !== undefined,
    accuracy: evaluations.at(-1) ?? null,
    evaluations,
    files,
  };
}
