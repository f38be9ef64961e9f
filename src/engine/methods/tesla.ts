import { flag } from "@/shared/params";
import { trajectoryMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { paperNetwork } from "./paperNetwork";
import { trajectoryParams } from "./trajectoryMatchingParams";
import { startTrajectoryMatching } from "./trajectoryMatchingRun";

/**
 * The README's image rate is for code that drops the factor 2 of the squared norm in the images' gradient; here it is
 * there, so half the rate gives the same updates.
 */
const SOURCE =
  "Cui et al. 2023, README; half its image learning rate, because its code leaves out the factor 2 of the squared norm";

/** Trajectory matching in which every weight vector on the way counts as a constant, and labels may be soft. */
export default defineMethod({
  id: "tesla",
  label: "Trajectory matching, truncated (TESLA)",
  about:
    "Trajectory matching with a cheaper gradient that ignores how later steps depend on earlier ones, and soft labels from the expert.",
  formula:
    "dL/dx_i = −β ∂⟨ ∇ℓ(θ_i; x_i), λ ⟩/∂x_i,  λ = 2 (θ_N − θ*_{t+M}) / ‖ θ*_t − θ*_{t+M} ‖²  for every i",
  cite: "Cui et al. 2023, arXiv:2211.10586",
  order:
    "Second order, truncated: one R-operator pass per step gives the part towards the images; products with the Hessian are left out, so the gradient is exact only for one step.",
  cost: "N forward and backward passes (weights) and N R-operator passes without their weight part over b images; with soft labels one forward pass over all synthetic images.",
  params: {
    expertLabels: flag("Labels from the expert", {
      help: "Each iteration takes the target expert's class probabilities for the synthetic images as their labels.",
      default: false,
    }),
    ...trajectoryParams,
  },
  runDefaults: { imageLr: 100, init: "real" },
  presets: [
    {
      label: "CIFAR-10, IPC 1",
      source: SOURCE,
      params: { synSteps: 50, expertEpochs: 2, maxStartEpoch: 5, batchSyn: 0, lrLr: 1e-7, startLr: 0.01 },
      run: { ipc: 1, iterations: 10_000, imageLr: 500, momentum: 0.5, init: "real" },
      network: paperNetwork(),
    },
    {
      label: "CIFAR-100, IPC 50, ZCA",
      source: SOURCE,
      params: { synSteps: 80, expertEpochs: 2, maxStartEpoch: 40, batchSyn: 125, lrLr: 1e-5, startLr: 0.01 },
      run: {
        ...{ ipc: 50, iterations: 10_000, imageLr: 500, momentum: 0.5, init: "real" },
        preprocessing: "zca",
      },
      network: paperNetwork(),
    },
    {
      label: "ImageNet-1K at 64 pixels (depth 4), IPC 1",
      source: SOURCE,
      params: {
        synSteps: 10,
        expertEpochs: 3,
        maxStartEpoch: 10,
        batchSyn: 100,
        lrLr: 1e-4,
        startLr: 0.01,
        expertLabels: true,
      },
      run: { ipc: 1, iterations: 10_000, imageLr: 5000, momentum: 0.5, init: "real" },
      network: paperNetwork({ depth: 4 }),
    },
  ],
  usesExperts: true,
  work: (settings) => trajectoryMatchingWork(settings, false),
  start: (context) =>
    startTrajectoryMatching(context, {
      exact: false,
      labels: context.params.expertLabels ? "expert" : "given",
    }),
});
