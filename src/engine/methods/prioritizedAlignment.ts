import { choice, float } from "@/shared/params";
import { withoutFirst, withoutFirstLayers, withoutNearest } from "../operators/keptWeights";
import { alignmentPreset, DATM_ROWS, type AlignmentRow } from "./difficultyAlignment";
import { alignmentParams, startDifficultyAlignment } from "./difficultyAlignmentRun";
import { trajectoryMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { checkWindow } from "./startWindow";

const LEFT_OUT = { depth: withoutFirst, layers: withoutFirstLayers, loss: withoutNearest };

const SOURCE =
  "Li et al. 2024, the repository's configurations, with the choice by depth that the paper describes";

/** What differs from the row of DATM: epochs to match, the window, and the share that is dropped. */
interface Change {
  expertEpochs?: number;
  firstUpper?: number;
  maxStartEpoch?: number;
  batchSyn?: number;
  leaveOutShare: number;
}

const CHANGES: Record<string, Change> = {
  "CIFAR-10 1": { batchSyn: 1000, leaveOutShare: 0 },
  "CIFAR-10 10": { batchSyn: 500, leaveOutShare: 0.5 },
  "CIFAR-10 50": { expertEpochs: 3, batchSyn: 1000, leaveOutShare: 0.25 },
  "CIFAR-100 1": { firstUpper: 20, maxStartEpoch: 30, leaveOutShare: 0.5 },
  "CIFAR-100 10": { leaveOutShare: 0.5 },
  "CIFAR-100 50": { leaveOutShare: 0 },
};

function preset(row: AlignmentRow) {
  const { leaveOutShare, ...changed } = CHANGES[`${row[0]} ${row[1]}`] ?? { leaveOutShare: 0.5 }; // TinyImageNet's rows are alike
  const { params, ...rest } = alignmentPreset(row, SOURCE);
  return { ...rest, params: { ...params, ...changed, leaveOut: "depth", leaveOutShare } };
}

/** DATM with a loss that compares the weights of the deeper layers, or those that are off the most. */
export default defineMethod({
  id: "pad",
  label: "Trajectory matching by priority (PAD)",
  about:
    "DATM with a loss that leaves out a part of the weights: those of shallow layers, or those that match best. The paper also orders the real images by difficulty while its experts train; here experts see all images in every epoch.",
  formula:
    "L = Σ_{k in K} (θ_N − θ*_{t+M})_k² / Σ_{k in K} (θ*_t − θ*_{t+M})_k²,  K: the weights that are not left out",
  cite: "Li et al. 2024, arXiv:2408.03360",
  order: "Second order: as DATM, with the adjoint zero where weights are left out of the loss.",
  cost: "As DATM: N forward and backward passes (weights) and N R-operator passes over b images.",
  params: {
    leaveOut: choice("Weights left out", {
      help: "By depth takes the share of all weights, in order, as the paper does; by layers of the layers, rounded down; by loss of the weights, those that are nearest to the expert's, anew each iteration.",
      default: "depth",
      options: [
        { value: "depth", label: "Shallow ones" },
        { value: "layers", label: "Whole shallow layers" },
        { value: "loss", label: "Nearest ones" },
      ],
    }),
    leaveOutShare: float("Share left out", {
      help: "How much of the network the loss does not compare.",
      symbol: "α",
      default: 0.25,
      min: 0,
      max: 0.95,
    }),
    ...alignmentParams,
  },
  runDefaults: { imageLr: 100, init: "real" },
  presets: DATM_ROWS.map(preset),
  usesExperts: true,
  check: checkWindow,
  work: (settings) => {
    const { passes, weightVectors } = trajectoryMatchingWork(settings, true);
    return { passes, weightVectors: weightVectors + 2 }; // the mask, and what is off
  },
  start: (context) =>
    startDifficultyAlignment(
      context,
      LEFT_OUT[context.params.leaveOut](context.network, context.params.leaveOutShare),
    ),
});
