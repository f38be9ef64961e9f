/**
 * Expert trajectories: the weights of networks trained on the real data, epoch by epoch. An expert belongs to what
 * decides its weights (dataset, network, recipe), so any later run with the same three reuses it.
 */
import type { ImageShape } from "./dataset";
import type { ErrorInfo } from "./errors";
import type { PluginChoice } from "./experiment";
import type { ParamRecord, ParamValue } from "./params";
import type { ExpertPoint, Preparation, RunPhase } from "./run";

/** What decides an expert's weights, besides its number. */
export interface TrajectoryKey {
  datasetFingerprint: string;
  network: PluginChoice;
  /** How experts are trained: `recipeParams` and the augmentation's settings. */
  recipe: ParamRecord;
}

/**
 * How the weights of an epoch are stored: exactly; as the difference from the epoch before, in 18 bits; or rounded to
 * float16, which matching feels (docs/decisions/0006-half-precision.md).
 */
export type WeightPrecision = "float32" | "compact" | "float16";

/** What there is of one expert. */
export interface ExpertInfo {
  expert: number; // 0, 1, 2, …
  /** The last epoch it was trained to; training continues from there. */
  trainedEpochs: number;
  /** Epochs whose weights can be read, ascending; epoch 0 is before training. */
  epochs: number[];
  /** Accuracy (0..1) on the test split after each measured epoch. */
  accuracies: { epoch: number; accuracy: number }[];
}

/** What training needs to go on after an epoch: exact floats, also where epochs are stored rounded. */
export interface ExpertState {
  epoch: number;
  weights: Float32Array<ArrayBuffer>; // [P], in the network's own layout
  velocity: Float32Array<ArrayBuffer> | null; // [P], null without momentum
}

export interface TrajectoryStore {
  /** The experts of a key, by number. */
  experts(key: TrajectoryKey): Promise<ExpertInfo[]>;
  /**
   * Puts the state after an epoch down in place of the expert's earlier state, in one transaction.
   * @param keep also keep the weights as this epoch's, in this precision, to be read back by `weights`; other epochs that
   *   were stored as a difference from what this one replaces are dropped
   * @param accuracy on the test split, where it was measured
   */
  save(
    key: TrajectoryKey,
    expert: number,
    state: ExpertState,
    keep: WeightPrecision | false,
    accuracy?: number,
  ): Promise<void>;
  /** The state to continue from, or null for a new expert. */
  state(key: TrajectoryKey, expert: number): Promise<ExpertState | null>;
  /** The weights [P] after an epoch. @throws UserError if that epoch was not kept */
  weights(key: TrajectoryKey, expert: number, epoch: number): Promise<Float32Array<ArrayBuffer>>;
}

/** A key as one string: equal keys give equal strings, whatever the order of their settings. */
export function trajectoryId({ datasetFingerprint, network, recipe }: TrajectoryKey): string {
  const sorted = (record: ParamRecord): [string, ParamValue][] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([datasetFingerprint, network.id, sorted(network.params), sorted(recipe)]);
}

/** What experts were trained on; the same fingerprint means the same images. */
export interface ExpertDataset {
  name: string;
  shape: ImageShape;
  classes: number;
}

/** The stored experts of one key. */
export interface ExpertSetInfo {
  id: string;
  key: TrajectoryKey;
  dataset: ExpertDataset;
  createdAt: number; // ms since 1970
  /** Size on disk, bytes. */
  bytes: number;
  experts: ExpertInfo[];
}

/** What a run with the present settings needs, and how much of it is stored. */
export interface ExpertNeeds {
  key: TrajectoryKey;
  experts: number;
  /** Epochs whose weights are needed, ascending. */
  epochs: number[];
  /** Experts of which every needed epoch is stored. */
  ready: number;
  /** Epochs that are still to be trained, over all experts. */
  missingEpochs: number;
  /** Bytes that the whole set takes on disk. */
  bytes: number;
  /** Accuracies of what is stored. */
  points: ExpertPoint[];
}

/** How far the training of experts is. */
export interface ExpertEvent extends Preparation {
  /** Once per measured epoch. */
  expert?: ExpertPoint;
  /** While images are loaded or the device is prepared, which is no training. */
  isPreparing?: boolean;
}

/** What the engine worker tells the page while it trains experts. */
export interface ExpertUpdate {
  phase: RunPhase;
  /** Null before the first word of the training. */
  progress: Preparation | null;
  /** Accuracies measured since the last update. */
  points: ExpertPoint[];
  /** Seconds of computing, pauses left out. */
  elapsed: number;
  /** Seconds, null while it cannot be said. */
  eta: number | null;
  error?: ErrorInfo;
}
