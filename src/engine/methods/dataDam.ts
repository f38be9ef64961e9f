import { choice, float, int } from "@/shared/params";
import type { Preset } from "@/shared/plugin";
import type { AttentionNorm } from "@/tensor/ops/attentionMap";
import { attentionStep } from "./attentionMatching";
import { attentionMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { paperNetwork } from "./paperNetwork";

const paper = (ipc: number): Preset => ({
  label: `Paper, CIFAR, IPC ${ipc}, ZCA`,
  source: "Sajedi et al. 2023, hyper-parameter table: power 4, 8,000 iterations",
  params: { spatialPower: 4, taskBalance: 0.01, batchReal: 128 },
  run: {
    ...{ ipc, iterations: 8000, imageLr: ipc > 50 ? 10 : 1, momentum: 0.5, init: "real" },
    preprocessing: "zca",
  },
  network: paperNetwork(),
});
const code = (ipc: number): Preset => ({
  label: `Released code, IPC ${ipc}`,
  source: "Sajedi et al. 2023, main_DataDAM.py: power 1, 20,000 iterations",
  params: { spatialPower: 1, taskBalance: 0.01, batchReal: 64 },
  run: { ipc, iterations: 20_000, imageLr: ipc > 50 ? 10 : 1, momentum: 0.5, init: "real" },
  network: paperNetwork({ norm: "batch" }),
});

/** The settings that DataDAM and ATOM share. */
export const attentionParams = {
  batchReal: int("Real images per class", {
    help: "Drawn anew every iteration; a class with fewer images gives all of them.",
    symbol: "B",
    default: 128,
    slowDefault: 64,
    min: 1,
    max: 1024,
  }),
  taskBalance: float("Task balance", {
    help: "Weight of the distance between mean embeddings beside that between attention maps.",
    symbol: "λ",
    default: 0.01,
    min: 0,
    max: 1,
  }),
  scale: float("Loss scale", {
    help: "Factor of the whole loss, as the released code has it.",
    default: 100,
    min: 1,
    max: 1000,
    log: true,
    advanced: true,
  }),
  norm: choice<AttentionNorm>("Map normalisation", {
    help: "What each image's attention map is divided by.",
    default: "l2",
    options: [
      { value: "l2", label: "Euclidean norm" },
      { value: "l1", label: "Sum" },
      { value: "fro", label: "Squared Euclidean norm" },
      { value: "none", label: "Nothing" },
    ],
    advanced: true,
  }),
};

/** Matches where untrained networks look at real and synthetic images, and their mean embeddings. */
export default defineMethod({
  id: "datadam",
  label: "Attention matching (DataDAM)",
  about: "Makes untrained networks look at the same places of synthetic and real images, class by class.",
  formula:
    "L = s Σ_c ( Σ_{l<L} ‖ mean â_l(A(real_c)) − mean â_l(A(syn_c)) ‖² + λ ‖ mean ψ(A(real_c)) − mean ψ(A(syn_c)) ‖² ),  â = a/‖a‖,  a = Σ_channels |f|^p",
  cite: "Sajedi et al. 2023, arXiv:2310.00093",
  order: "First order.",
  cost: "C·B forward on real images; C·IPC forward and C·IPC backward (images only) on synthetic ones.",
  params: {
    spatialPower: int("Attention power", {
      help: "How strongly a map favours the largest activations.",
      symbol: "p",
      default: 4,
      min: 1,
      max: 8,
    }),
    ...attentionParams,
  },
  runDefaults: { imageLr: 1, init: "real" },
  presets: [...[1, 10, 50].map(paper), ...[1, 10, 50].map(code)],

  work: attentionMatchingWork,
  start: (context) => ({
    step(_iteration, random) {
      const { spatialPower, batchReal, norm, scale, taskBalance } = context.params;
      const settings = {
        spatialPower,
        channelPower: 1,
        norm,
        spatialWeight: 1,
        channelWeight: 0,
        scale,
        taskBalance,
      };
      return attentionStep(context, batchReal, settings, random);
    },
  }),
});
