/** What a run says of itself, and what it leaves behind. Plain data: survives `structuredClone`. */
import type { ImageShape } from "./dataset";
import type { ErrorInfo } from "./errors";
import type { ExperimentConfig } from "./experiment";
import type { SetHistory } from "./setHistory";

/** The state of a synthetic set at one iteration: the learned floats exactly. */
export interface Snapshot {
  config: ExperimentConfig;
  /** Updates made so far. */
  iteration: number;
  shape: ImageShape;
  /** Normalised images, NHWC float32, class after class. */
  images: Float32Array<ArrayBuffer>;
  /** The same as bytes, where `mean` and `std` do not make them of the images: those of whitened ones. */
  pictures?: Uint8Array<ArrayBuffer>;
  /** Class index of each image. */
  labels: Uint16Array<ArrayBuffer>;
  /** Soft labels [n, classes], where the method has them. */
  targets?: Float32Array<ArrayBuffer>;
  /** Learned learning rate, where the method has one. */
  synLr?: number;
  classNames: string[];
  datasetName: string;
  datasetFingerprint: string;
  /** What `images` were normalised with, per channel, unless they are whitened. */
  mean: number[];
  std: number[];
  evaluations: EvaluationScore[];
  /** The file or folder that it was opened from, where it was not distilled here; its method is `OPENED_METHOD` then. */
  openedFrom?: string;
  /** How it came to look as it does, where that was gathered. */
  history?: SetHistory;
}

/** In place of a method, where nothing tells which one made a set. */
export const OPENED_METHOD = "opened";

/** Accuracies (0..1) of freshly trained networks on the real test split. */
export interface EvaluationScore {
  iteration: number;
  accuracies: number[];
  mean: number;
  /** Population standard deviation. */
  std: number;
}

/** A point of an expert's accuracy curve: on the test split, 0..1, after an epoch. */
export interface ExpertPoint {
  expert: number; // 0 …
  epoch: number;
  accuracy: number;
}

/** Something that has to be done before the computing proper goes on, and how far it is. */
export interface Preparation {
  step: string;
  done: number;
  total: number;
}

/** What the generator `distil()` yields. */
export type RunEvent =
  | ({ kind: "preparing"; expert?: ExpertPoint } & Preparation)
  /** One update was made; `loss` is null when it was not read back for this iteration. */
  | {
      kind: "iteration";
      iteration: number;
      loss: number | null;
      /** How many updates changed nothing so far because their loss was too large; told with the loss. */
      skipped?: number;
    }
  /** The synthetic set for the eye: RGBA bytes, [n][height][width][4], class after class. */
  | {
      kind: "images";
      iteration: number;
      pixels: Uint8ClampedArray<ArrayBuffer>;
      width: number;
      height: number;
      count: number;
    }
  | {
      kind: "evaluating";
      iteration: number;
      network: number;
      networks: number;
      epoch: number;
      epochs: number;
      preparing?: Preparation;
    }
  | { kind: "evaluation"; score: EvaluationScore }
  | { kind: "done"; snapshot: Snapshot };

/** "interrupted": the tab that computed it is gone or has handed over; what it stored can go on. */
export type RunPhase =
  | "idle"
  | "preparing"
  | "running"
  | "pausing"
  | "paused"
  | "stopping"
  | "stopped"
  | "done"
  | "failed"
  | "interrupted";

/** What the engine worker tells the page at the display rate: the newest of everything since the last one. */
export interface RunUpdate {
  /** By which its stored state is known. */
  runId: string;
  phase: RunPhase;
  preparing?: Preparation & { expert?: ExpertPoint };
  iteration: number;
  iterations: number;
  /** Loss points since the last update, in order. */
  losses: { iteration: number; loss: number }[];
  /** How many updates changed nothing so far because their loss was too large; left out while it is none. */
  skipped?: number;
  images?: {
    pixels: Uint8ClampedArray<ArrayBuffer>;
    width: number;
    height: number;
    count: number;
    iteration: number;
  };
  evaluating?: {
    network: number;
    networks: number;
    epoch: number;
    epochs: number;
    preparing?: Preparation;
  };
  scores: EvaluationScore[];
  iterationsPerSecond: number | null;
  /** Seconds of computing, pauses left out. */
  elapsed: number;
  eta: number | null;
  error?: ErrorInfo;
  /** The iteration of the newest stored state, null before there is one. */
  savedIteration: number | null;
  /** Why the newest state could not be stored; the run goes on. */
  warning?: ErrorInfo;
  /** Tensor memory of the backend, bytes. */
  tensorBytes: number;
}

/** Which backend computes, and why. */
export interface BackendInfo {
  id: "webgpu" | "wasm" | "cpu";
  /** "NVIDIA RTX 4070", "SwiftShader", "SIMD", … */
  adapter: string;
  /** WebGPU in software: correct, but hundreds of times slower than a GPU. */
  software: boolean;
  /** Why a better backend was not taken, "" when this is the best. */
  reason: string;
  /** How to get WebGPU in this browser, "" when it is there. */
  remedy: string;
}
