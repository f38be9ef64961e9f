import type { Preset } from "@/shared/plugin";
import { alignmentParams, startDifficultyAlignment } from "./difficultyAlignmentRun";
import { trajectoryMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { paperNetwork } from "./paperNetwork";
import { checkWindow } from "./startWindow";

/** The settings of one dataset and size, as the configurations of DATM and PAD list them. */
export type AlignmentRow = readonly [
  dataset: string,
  ipc: number,
  synSteps: number,
  expertEpochs: number,
  minStartEpoch: number,
  /** Null for a window that is fixed. */
  firstUpper: number | null,
  maxStartEpoch: number,
  /** Iterations until the window is whole, 0 for one that is fixed. */
  expansionEnd: number,
  batchSyn: number,
  imageLr: number,
  labelLr: number,
  lrLr: number,
];

/** The rows of at most 50 images per class, the most that a run takes. */
export const DATM_ROWS: readonly AlignmentRow[] = [
  ["CIFAR-10", 1, 80, 2, 0, null, 4, 0, 10, 100, 5, 1e-7],
  ["CIFAR-10", 10, 80, 2, 0, 10, 20, 1000, 100, 100, 2, 1e-5],
  ["CIFAR-10", 50, 80, 2, 0, 20, 40, 2000, 500, 1000, 2, 1e-5],
  ["CIFAR-100", 1, 40, 3, 0, 10, 20, 1000, 1000, 1000, 10, 1e-5],
  ["CIFAR-100", 10, 80, 2, 0, 30, 50, 2000, 1000, 1000, 10, 1e-5],
  ["CIFAR-100", 50, 80, 2, 20, null, 70, 0, 1000, 1000, 10, 1e-5],
  ["TinyImageNet (depth 4)", 1, 40, 2, 0, 15, 20, 2000, 1000, 10_000, 10, 1e-4],
  ["TinyImageNet (depth 4)", 10, 40, 2, 10, null, 50, 0, 500, 100, 10, 1e-4],
  ["TinyImageNet (depth 4)", 50, 20, 2, 40, null, 70, 0, 1000, 100, 10, 1e-4],
];

/** All rows whiten, begin with β = 0.01, and take labels from experts of FTD after 100 epochs. */
export function alignmentPreset(row: AlignmentRow, source: string): Preset {
  const [dataset, ipc, synSteps, expertEpochs, minStartEpoch, firstUpper, maxStartEpoch] = row;
  const [expansionEnd, batchSyn, imageLr, labelLr, lrLr] = row.slice(7) as number[];
  return {
    label: `${dataset}, IPC ${ipc}, ZCA`,
    source,
    params: {
      synSteps,
      expertEpochs,
      minStartEpoch,
      ...(firstUpper !== null && { firstUpper }),
      maxStartEpoch,
      expansionEnd: expansionEnd!,
      batchSyn: batchSyn!,
      labelLr: labelLr!,
      lrLr: lrLr!,
      startLr: 0.01,
      skipAbove: dataset === "CIFAR-10" && ipc === 1 ? 1.1 : 1,
      rightImages: !(dataset === "CIFAR-100" && ipc === 50),
      trainedEpochs: 100,
      expertDescent: "flat",
    },
    run: {
      ...{ ipc, iterations: 10_000, imageLr: imageLr!, momentum: 0.5, init: "real" },
      preprocessing: "zca",
    },
    network: paperNetwork({ depth: dataset.endsWith("(depth 4)") ? 4 : 3 }),
  };
}

/** Trajectory matching that begins with easy epochs where images are few, and learns their labels with them. */
export default defineMethod({
  id: "datm",
  label: "Trajectory matching by difficulty (DATM)",
  about:
    "Trajectory matching within a window of epochs, early ones for few images and late ones for many, with soft labels that are learned too. The paper's experts seek flat minima (FTD), as those of its presets do.",
  formula:
    "L = ‖ θ_N − θ*_{t+M} ‖² / ‖ θ*_t − θ*_{t+M} ‖²,  t in [T⁻, T⁺),  θ_{i+1} = θ_i − β ∇ℓ(θ_i; A(syn), softmax(Y))",
  cite: "Guo et al. 2024, arXiv:2310.05773",
  order:
    "Second order: the exact derivative through all N steps, as MTT, towards the label logits Y as well; the R-operator pass gives it at no further cost.",
  cost: "As MTT: N forward and backward passes (weights) and N R-operator passes over b images; once, a forward pass of every expert over the synthetic images for their first labels.",
  params: alignmentParams,
  runDefaults: { imageLr: 100, init: "real" },
  presets: DATM_ROWS.map((row) => alignmentPreset(row, "Guo et al. 2024, the repository's configurations")),
  usesExperts: true,
  check: checkWindow,
  work: (settings) => trajectoryMatchingWork(settings, true),
  start: (context) => startDifficultyAlignment(context),
});
