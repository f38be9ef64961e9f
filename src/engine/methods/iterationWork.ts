/**
 * What one iteration of a method computes, as numbers: the passes through the network of `cost`, each with its images.
 * The estimate before Start makes time and memory of it.
 */
import type { ParamValues } from "@/shared/params";
import type { PassKind } from "@/shared/estimating";
import type { runParams } from "../runParams";

/** `times` passes of `images` images each; fractions count what does not happen at every iteration. */
export interface Pass {
  kind: PassKind;
  images: number;
  times: number;
  /** Activations between the layers are looked at, too. */
  tapped?: boolean;
}

export interface IterationWork {
  passes: Pass[];
  /** Vectors as long as the network's weights that are alive during the largest pass, its own aside. */
  weightVectors: number;
}

export interface WorkSettings<V = unknown> {
  params: V;
  run: ParamValues<typeof runParams>;
  /** Training images of each class. */
  counts: readonly number[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** DataDAM, ATOM: as `meanMatchingWork`, of all activations. */
export function attentionMatchingWork(settings: WorkSettings): IterationWork {
  const { passes, weightVectors } = meanMatchingWork(settings);
  return { passes: passes.map((pass) => ({ ...pass, tapped: true })), weightVectors };
}

/** DM: all classes of both sides together, under a fresh network. */
export function meanMatchingWork({ params, run, counts }: WorkSettings): IterationWork {
  const { batchReal } = params as { batchReal: number };
  const real = sum(counts.map((count) => Math.min(count, batchReal)));
  const syn = counts.length * run.ipc;
  return {
    passes: [
      { kind: "init", images: 0, times: 1 },
      { kind: "view", images: real, times: 1 },
      { kind: "forward", images: real, times: 1 },
      { kind: "view", images: syn, times: 1 },
      { kind: "imageGradient", images: syn, times: 1 },
    ],
    weightVectors: 1, // θ
  };
}

interface GradientParams {
  batchReal: number;
  networkSteps: number;
  networkEpochs: number;
  networkBatch: number;
}

/** DC, DSA, DCC: a real and a synthetic gradient per class, then the training of the network. */
export function gradientMatchingWork({ params, run, counts }: WorkSettings): IterationWork {
  const { batchReal, networkSteps, networkEpochs, networkBatch } = params as GradientParams;
  const syn = counts.length * run.ipc;
  const real = sum(counts.map((count) => Math.min(count, batchReal))) / counts.length;
  const batch = Math.min(networkBatch, syn);
  // after the last image update of a network its training would be for nothing
  const updates = (1 - 1 / networkSteps) * networkEpochs * Math.ceil(syn / batch);
  return {
    passes: [
      { kind: "init", images: 0, times: 1 / networkSteps },
      { kind: "view", images: real, times: counts.length },
      { kind: "weightGradient", images: real, times: counts.length },
      { kind: "view", images: run.ipc, times: counts.length },
      { kind: "weightGradient", images: run.ipc, times: counts.length },
      { kind: "imageTangent", images: run.ipc, times: counts.length },
      { kind: "view", images: batch, times: updates },
      { kind: "weightGradient", images: batch, times: updates },
    ],
    weightVectors: 5, // θ, both gradients and what their distance takes
  };
}

interface TrajectoryParams {
  synSteps: number;
  batchSyn: number;
}

/** MTT (exact) and TESLA: the student's steps forward, then back. */
export function trajectoryMatchingWork(
  { params, run, counts }: WorkSettings,
  isExact: boolean,
): IterationWork {
  const { synSteps, batchSyn } = params as TrajectoryParams;
  const syn = counts.length * run.ipc;
  const images = batchSyn === 0 ? syn : Math.min(batchSyn, syn);
  return {
    passes: [
      { kind: "view", images, times: 2 * synSteps },
      { kind: "weightGradient", images, times: synSteps },
      { kind: isExact ? "fullTangent" : "imageTangent", images, times: synSteps },
    ],
    weightVectors: synSteps + 4, // θ_0 … θ_N, θ*, λ and the next λ
  };
}
