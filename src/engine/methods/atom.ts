import { float, int } from "@/shared/params";
import { attentionStep } from "./attentionMatching";
import { attentionParams } from "./dataDam";
import { attentionMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { paperNetwork } from "./paperNetwork";

/**
 * DataDAM with a second kind of map: in which channels a network looks. No code was released; this follows the
 * paper's description.
 */
export default defineMethod({
  id: "atom",
  label: "Attention mixer (ATOM)",
  about: "Matches both where untrained networks look and which of their channels respond, class by class.",
  formula:
    "L = s Σ_c ( Σ_{l<L} ( w_s ‖Δ mean â_l‖² + w_c ‖Δ mean b̂_l‖² ) + λ ‖Δ mean ψ‖² ),  a = Σ_channels |f|^p_s,  b = Σ_positions |f|^p_c",
  cite: "Khaki et al. 2024, arXiv:2405.01373",
  order: "First order.",
  cost: "C·B forward on real images; C·IPC forward and C·IPC backward (images only) on synthetic ones.",
  params: {
    spatialPower: int("Spatial attention power", {
      help: "How strongly a map of places favours the largest activations.",
      symbol: "p_s",
      default: 4,
      min: 1,
      max: 8,
    }),
    channelPower: int("Channel attention power", {
      help: "How strongly a map of channels favours the largest activations.",
      symbol: "p_c",
      default: 4,
      min: 1,
      max: 8,
    }),
    spatialWeight: float("Spatial weight", {
      help: "Weight of the maps of places; 0 leaves them out.",
      symbol: "w_s",
      default: 1,
      min: 0,
      max: 10,
      advanced: true,
    }),
    channelWeight: float("Channel weight", {
      help: "Weight of the maps of channels; 0 leaves them out.",
      symbol: "w_c",
      default: 1,
      min: 0,
      max: 10,
      advanced: true,
    }),
    ...attentionParams,
  },
  runDefaults: { imageLr: 1, init: "real" },
  presets: [1, 10, 50].map((ipc) => ({
    label: `Paper, CIFAR, IPC ${ipc}, ZCA`,
    source: "Khaki et al. 2024, as described in the paper (no code was released)",
    params: { spatialPower: 4, channelPower: 4, taskBalance: 0.01, batchReal: 128 },
    run: { ipc, iterations: 8000, imageLr: 1, momentum: 0.5, init: "real", preprocessing: "zca" },
    network: paperNetwork(),
  })),

  work: attentionMatchingWork,
  start: (context) => ({
    step: (_iteration, random) => attentionStep(context, context.params.batchReal, context.params, random),
  }),
});
