/** What a run needs to go on as if it had never been interrupted. Plain data: survives `structuredClone`. */
import type { DatasetInfo } from "./dataset";
import type { ErrorInfo } from "./errors";
import type { ArchitectureRequest, ContinualRequest, EvaluationRequest } from "./evaluating";
import type { ExperimentConfig } from "./experiment";
import type { EvaluationScore } from "./run";
import type { SetHistory } from "./setHistory";

/** The floats of one tensor, exactly. */
export interface StoredTensor {
  shape: number[];
  values: Float32Array<ArrayBuffer>;
}

/**
 * The state of the engine between two iterations. All randomness comes from forks of the config's seed that are named
 * by the iteration, so seed and iteration are the whole random state.
 */
export interface EngineState {
  config: ExperimentConfig;
  datasetFingerprint: string;
  datasetName: string;
  /** Updates made so far. */
  iteration: number;
  /** By name: what is learned ("images", "synLr"), its momentum ("images.velocity"), what the method keeps ("method.…"). */
  tensors: Record<string, StoredTensor>;
  evaluations: EvaluationScore[];
  /** Of the first update ever: the scale by which a loss has grown too much. */
  firstLoss?: number;
}

/** How many of its updates changed nothing because their loss was too large. */
export const skippedUpdates = ({ tensors }: Pick<EngineState, "tensors">): number =>
  tensors["skipped"]?.values[0] ?? 0;

/** The state of the engine with what the page has seen of the run. */
export interface Checkpoint extends EngineState {
  /** The loss points shown so far: `values[i]` after `iterations[i]` updates. */
  losses: { iterations: Int32Array<ArrayBuffer>; values: Float32Array<ArrayBuffer> };
  /** Milliseconds of computing, pauses left out. */
  elapsedMs: number;
  /** The pictures shown so far, thinned; not in checkpoints of earlier versions. */
  history?: SetHistory;
}

/** A run that has not been carried to its end, as the page lists it. */
export interface UnfinishedRun {
  id: string;
  config: ExperimentConfig;
  datasetName: string;
  iteration: number;
  iterations: number;
  /** Of the newest checkpoint, ms since 1970; of its beginning before there is one. */
  savedAt: number;
  /** Of its checkpoints, on disk. */
  bytes: number;
  /** Why it ended, when it did not just break off. */
  error?: ErrorInfo;
}

/** What may be changed of a run that goes on: only what its state does not depend on. */
export interface RunChanges {
  imageLr?: number;
}

/** Where a run goes on. */
export interface ResumedRun {
  config: ExperimentConfig;
  dataset: DatasetInfo;
  iteration: number;
  /** True when the newest checkpoint was damaged and this is the one before. */
  isOlder: boolean;
}

/** What the person has begun beside runs, until it ends: what is stored of it is not done again. */
export type UnfinishedJob =
  | { kind: "experts"; config: ExperimentConfig }
  | { kind: "evaluation"; request: EvaluationRequest }
  | { kind: "continual"; request: ContinualRequest }
  | { kind: "architectures"; request: ArchitectureRequest };
