import type { Preset } from "@/shared/plugin";
import { trajectoryMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { paperNetwork } from "./paperNetwork";
import { trajectoryParams } from "./trajectoryMatchingParams";
import { startTrajectoryMatching } from "./trajectoryMatchingRun";

type Row = readonly [
  dataset: string,
  ipc: number,
  synSteps: number,
  expertEpochs: number,
  maxStartEpoch: number,
  batchSyn: number,
  zca: boolean,
  imageLr: number,
  lrLr: number,
  startLr: number,
];

/** The author's list as DC-BENCH prints it; a batch of 0 is the whole set. */
const ROWS: readonly Row[] = [
  ["CIFAR-10", 1, 50, 2, 2, 0, true, 100, 1e-7, 0.01],
  ["CIFAR-10", 10, 30, 2, 20, 0, true, 100, 1e-5, 0.001],
  ["CIFAR-10", 50, 30, 2, 40, 0, false, 1000, 1e-5, 0.001],
  ["CIFAR-100", 1, 20, 3, 20, 0, true, 1000, 1e-5, 0.01],
  ["CIFAR-100", 10, 20, 2, 20, 0, false, 1000, 1e-5, 0.01],
  ["CIFAR-100", 50, 80, 2, 40, 125, true, 1000, 1e-5, 0.01],
  ["TinyImageNet (depth 4)", 1, 10, 2, 10, 0, false, 10_000, 1e-4, 0.01],
  ["TinyImageNet (depth 4)", 10, 20, 2, 40, 200, false, 10_000, 1e-4, 0.01],
  ["TinyImageNet (depth 4)", 50, 20, 2, 40, 300, false, 10_000, 1e-4, 0.01],
];

/** Images on which a student arrives in N steps where an expert arrives in M epochs of real data. */
export default defineMethod({
  id: "mtt",
  label: "Trajectory matching (MTT)",
  about:
    "Makes a network that trains on the synthetic images end up where networks trained on the real ones did.",
  formula: "L = ‖ θ_N − θ*_{t+M} ‖² / ‖ θ*_t − θ*_{t+M} ‖²,  θ_0 = θ*_t,  θ_{i+1} = θ_i − β ∇ℓ(θ_i; A(syn))",
  cite: "Cazenavette et al. 2022, arXiv:2203.11932",
  order:
    "Second order: the exact derivative through all N steps, by one R-operator pass per step that gives the products with the Hessian and the part towards the images.",
  cost: "N forward and backward passes (weights) and N R-operator passes (about two of forward and backward) over b images; the experts are trained once.",
  params: trajectoryParams,
  runDefaults: { imageLr: 100, init: "real" },
  presets: ROWS.map(
    ([
      dataset,
      ipc,
      synSteps,
      expertEpochs,
      maxStartEpoch,
      batchSyn,
      zca,
      imageLr,
      lrLr,
      startLr,
    ]): Preset => ({
      label: `${dataset}, IPC ${ipc}${zca ? ", ZCA" : ""}`,
      source: "Cazenavette et al. 2022, the author's settings as listed by DC-BENCH",
      params: { synSteps, expertEpochs, maxStartEpoch, batchSyn, lrLr, startLr },
      run: {
        ...{ ipc, iterations: 5000, imageLr, momentum: 0.5, init: "real" },
        ...(zca && { preprocessing: "zca" }),
      },
      network: paperNetwork({ depth: dataset.endsWith("(depth 4)") ? 4 : 3 }),
    }),
  ),
  usesExperts: true,
  work: (settings) => trajectoryMatchingWork(settings, true),
  start: (context) => startTrajectoryMatching(context, { exact: true, labels: "given" }),
});
