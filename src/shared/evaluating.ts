/** What the page and the workers say to each other about how good a synthetic set is. Plain data. */
import type { ErrorInfo } from "./errors";
import type { PluginChoice } from "./experiment";
import type { Preparation, RunPhase } from "./run";

/** What networks are trained on: the set itself, or something to hold it against. */
export type SubjectId =
  | "set" // the learned floats
  | "png" // the same as exact 8-bit pictures, clamped
  | "random" // random real images, a new draw per network
  | "herding" // the coreset whose mean is nearest the class mean (Welling 2009)
  | "kcenter" // greedy k-center coreset (Sener & Savarese 2018)
  | "mean" // the mean image of each class
  | "full"; // all real training images, by a short recipe

/** A stored synthetic set, without its pixels. */
export interface SnapshotInfo {
  id: string;
  datasetName: string;
  datasetFingerprint: string;
  method: string;
  ipc: number;
  iteration: number;
  savedAt: number; // ms since 1970
  bytes: number;
  /** Best known mean accuracy (0..1) of the set itself, null before the first evaluation. */
  accuracy: number | null;
  /** The file or folder that it was opened from, where it was not distilled here. */
  openedFrom?: string;
}

export interface EvaluationRequest {
  snapshotIds: string[];
  datasetId: string;
  subjects: SubjectId[];
  networks: PluginChoice[];
  /** The protocol: an evaluation plug-in and its settings. */
  protocol: PluginChoice;
  /** Epochs of the short recipe on all real images. */
  fullEpochs: number;
  seed: number;
}

/** Class-incremental learning in `steps` steps, `repeats` times, from the set and from random real images. */
export interface ContinualRequest {
  snapshotId: string;
  datasetId: string;
  steps: number;
  repeats: number;
  network: PluginChoice;
  protocol: PluginChoice;
  seed: number;
}

/** Trains every network of `grid` on the set and on all real images. */
export interface ArchitectureRequest {
  snapshotId: string;
  datasetId: string;
  grid: PluginChoice[];
  protocol: PluginChoice;
  /** Epochs on the real images. */
  realEpochs: number;
  seed: number;
}

/** How one trained network did on the test split. */
export interface NetworkScore {
  accuracy: number; // 0..1
  /** Test images by true class (row) and predicted class (column). */
  confusion: number[][];
}

/** What decides the score of one network. */
export interface ScoreKey {
  /** Id of the snapshot, or fingerprint of the dataset for what does not depend on one. */
  owner: string;
  /** "hardSet" is the set with hard labels in place of its soft ones; memories hold some of the classes. */
  subject: SubjectId | "hardSet" | "setMemory" | "randomMemory";
  /** Everything else that decides it, as one string: equal settings give equal strings. */
  recipe: string;
  /** Which of the networks, from 0. */
  index: number;
}

/** Where scores are kept, so that no network is trained twice. */
export interface ScoreStore {
  get(key: ScoreKey): Promise<NetworkScore | null>;
  put(key: ScoreKey, score: NetworkScore): Promise<void>;
}

/** Where a learning rate comes from: a setting of the protocol, the set itself, or the best of several that were tried. */
export type RateSource = "protocol" | "learned" | "searched";

/** One line of the table: a subject on a network, under one protocol. */
export interface EvaluationRow {
  snapshotId: string;
  subject: SubjectId;
  network: PluginChoice;
  /** One accuracy (0..1) per trained network; of several rates the best. */
  accuracies: number[];
  /** The learning rate of each network. */
  rates: number[];
  rateSource: RateSource;
  /** Soft where the set has learned labels; all else has one class per image. */
  labels: "hard" | "soft";
  mean: number;
  /** Population standard deviation. */
  std: number;
  /** Test images by true class (row) and predicted class (column), summed over the networks. */
  confusion: number[][];
  /** True when it was known from an earlier evaluation of the same snapshot, subject, network and protocol. */
  cached: boolean;
}

/** Scores in the sense of DD-Ranking, with accuracies as fractions. */
export interface RankingScores {
  snapshotId: string;
  network: PluginChoice;
  /** Hard-label recovery: Acc(real, hard labels) - Acc(set, hard labels); smaller is better. */
  hlr: number | null;
  /** Improvement over random: Acc(set, own protocol) - Acc(random, same protocol). */
  ior: number | null;
  /** Label-robust score, 0..1. */
  lrs: number | null;
}

/** A network that is being trained right now. */
export interface TrainingCurve {
  snapshotId: string;
  subject: SubjectId;
  network: PluginChoice;
  /** Which of the networks of this row, from 0. */
  index: number;
  /** Its learning rate, where several are tried. */
  rate: number | null;
  epoch: number;
  epochs: number;
  points: { epoch: number; loss: number; accuracy: number }[]; // on what it is trained on
}

export interface EvaluationUpdate {
  phase: RunPhase;
  preparing?: Preparation;
  rows: EvaluationRow[]; // all that are known so far
  scores: RankingScores[];
  curve: TrainingCurve | null;
  /** Networks trained and to be trained, one for each learning rate that is tried. */
  done: number;
  total: number;
  elapsed: number; // seconds
  eta: number | null;
  error?: ErrorInfo;
}

/** Class-incremental learning with a memory only (GDumb): accuracy on all classes seen, after each of the steps. */
export interface ContinualUpdate {
  phase: RunPhase;
  preparing?: Preparation;
  /** Classes seen after each step. */
  classesSeen: number[];
  /** Accuracies (0..1) by memory, step and repetition. */
  memories: { subject: SubjectId; accuracies: number[][] }[];
  done: number;
  total: number;
  eta: number | null;
  error?: ErrorInfo;
}

/** Architecture search on the synthetic set: does it rank networks as real data does? */
export interface ArchitectureUpdate {
  phase: RunPhase;
  preparing?: Preparation;
  rows: { network: PluginChoice; label: string; synthetic: number | null; real: number | null }[];
  /** Spearman's rank correlation over the rows that have both, null below three. */
  correlation: number | null;
  done: number;
  total: number;
  eta: number | null;
  error?: ErrorInfo;
}
