/** What the bench `iterations` times: iterations of methods, and passes over a training set. */
import type { ParamRecord } from "@/shared/params";

/** Of images, network and sets. */
export interface Sizes {
  width: number;
  depth: number;
  side: number;
  channels: 1 | 3;
  classes: number;
  /** Real images per class in a batch. */
  real: number;
  /** Synthetic images per class. */
  ipc: number;
  /** Images per update when a network is trained. */
  batch: number;
  /** Student steps of the trajectory methods. */
  steps: number;
}

export interface IterationCase {
  /** For `--only` and the table. */
  name: string;
  /** A method's id, or one pass over a set: the real ones of an expert, the synthetic ones of an evaluation. */
  work: { method: string; params: (sizes: Sizes) => ParamRecord } | "expert" | "evaluation";
  augmentation: "none" | "dsa";
  steps?: number;
  /** Into how many equal parts the time is divided for the table: classes, where one class is what is asked for. */
  per?: (sizes: Sizes) => number;
  /** The same in PyTorch. */
  torch?: string;
  /** What PyTorch takes for it, so much that it is asked only by `--large`. */
  torchGigabytes?: number;
  /** The largest ratio to PyTorch's time on one thread that is allowed on wasm. */
  bar?: number;
}

const real = ({ real }: Sizes): ParamRecord => ({ batchReal: real });
const oneStep = (sizes: Sizes): ParamRecord => ({ ...real(sizes), networkSteps: 1 });
const trajectory = ({ steps, batch }: Sizes): ParamRecord => ({
  ...{ synSteps: steps, startLr: 0.01, lrLr: 1e-9 },
  ...{ experts: 1, maxStartEpoch: 1, expertEpochs: 1, expertBatch: batch },
});

/** A case's own sizes, where it has some. */
export const sizesOf = ({ steps }: IterationCase, common: Sizes): Sizes => ({
  ...common,
  ...(steps && { steps }),
});

export const ITERATION_CASES: readonly IterationCase[] = [
  { name: "DM", work: { method: "dm", params: real }, augmentation: "none", torch: "dm", bar: 1.5 },
  { name: "DM with DSA", work: { method: "dm", params: real }, augmentation: "dsa", torch: "dm, dsa" },
  { name: "DataDAM", work: { method: "datadam", params: real }, augmentation: "none", torch: "datadam" },
  {
    ...{ name: "DC, one class", work: { method: "dc", params: oneStep }, augmentation: "none" },
    ...{ per: ({ classes }) => classes, torch: "dc", bar: 4 },
  },
  {
    ...{ name: "DSA, one class", work: { method: "dsa", params: oneStep }, augmentation: "dsa" },
    ...{ per: ({ classes }) => classes, torch: "dsa" },
  },
  ...[5, 10, 30].map((steps): IterationCase => ({
    ...{ name: `MTT, N = ${steps}`, work: { method: "mtt", params: trajectory }, augmentation: "none" },
    ...{ steps, torch: "mtt", ...(steps === 5 && { bar: 3.2 }), ...(steps === 30 && { torchGigabytes: 4 }) },
  })),
  {
    ...{ name: "TESLA, N = 10", work: { method: "tesla", params: trajectory }, augmentation: "none" },
    ...{ steps: 10, torch: "tesla" },
  },
  { name: "expert epoch", work: "expert", augmentation: "none", torch: "expert" },
  { name: "evaluation epoch", work: "evaluation", augmentation: "none", torch: "evaluation" },
];
