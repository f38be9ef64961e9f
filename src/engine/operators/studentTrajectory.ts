/**
 * A student network that takes N plain SGD steps on synthetic images, and the derivative of where it arrives:
 *
 *   θ_{i+1} = θ_i − β g(θ_i, x_i, t_i),   x_i = view_i(images of step i)        L = |θ_N − θ*|² / |θ_0 − θ*|²
 *
 * backwards, with λ = dL/dθ and one R-operator pass per step:
 *
 *   λ ← 2 (θ_N − θ*) / |θ_0 − θ*|²
 *   for i = N−1 … 0:   dL/dx_i = −β d⟨g, λ⟩/dx     dL/dt_i = −β d⟨g, λ⟩/dt     dL/dβ −= ⟨g, λ⟩     λ ← λ − β H λ
 *
 * Without the last update (TESLA) every visited θ_i counts as a constant. As g is linear in the targets,
 * ⟨g, λ⟩ = Σ t · d⟨g, λ⟩/dt costs nothing. Kept are the N + 1 weight vectors; views are drawn again from their
 * numbers, and only one step's activations are alive at a time.
 */
import * as tf from "@tensorflow/tfjs";
import { addScaled } from "@/tensor/ops/flatUpdate";
import type { Network } from "../networks/network";
import { gradientInParts, tangentInParts } from "./inParts";
import type { KeptWeights } from "./keptWeights";

/** One step of the student. */
export interface StudentStep {
  /** Which images, each at most once; null for all of them in order. */
  rows: Int32Array | null;
  /** The augmentation of these images, the same at every call; differentiable once. */
  view: (images: tf.Tensor4D) => tf.Tensor4D;
}

export interface Student {
  network: Network;
  start: tf.Tensor1D; // θ_0 [P]
  target: tf.Tensor1D; // θ* [P]
  images: tf.Tensor4D; // [n, h, w, channels]
  targets: tf.Tensor2D; // [n, classes], each row a distribution
  synLr: tf.Scalar; // β
  steps: readonly StudentStep[];
  /** Images in one pass through the network; default all of a step. */
  limit?: number;
  /** The weights that both distances of the loss compare; default all. */
  kept?: KeptWeights;
}

export interface TrajectoryOptions {
  /** The true derivative (MTT); false leaves out how a step depends on earlier ones (TESLA). */
  exact: boolean;
  towardsTargets: boolean;
}

export interface TrajectoryMatch {
  loss: tf.Scalar;
  images: tf.Tensor4D;
  synLr: tf.Scalar;
  targets: tf.Tensor2D | null;
}

/** θ_0 … θ_N; the caller disposes them, except for the first, which is `start` itself. */
export function studentTrajectory(student: Student): tf.Tensor1D[] {
  const { network, start, images, targets, synLr, steps, limit = Infinity } = student;
  const visited = [start];
  for (const step of steps)
    visited.push(
      tf.tidy(() => {
        const weights = visited.at(-1)!;
        const batch = {
          images: step.view(pickRows(images, step.rows)),
          targets: pickRows(targets, step.rows),
          limit,
        };
        return addScaled(weights, gradientInParts(network, weights, batch), synLr, -1);
      }),
    );
  return visited;
}

/**
 * The loss and its derivatives; not to be called under a tape.
 * @returns tensors that the caller disposes; `targets` only when asked for
 */
export function matchTrajectory(student: Student, options: TrajectoryOptions): TrajectoryMatch {
  const { start, target, images, targets, steps, kept } = student;
  const visited = studentTrajectory(student);
  const arrived = visited.pop()!;
  const { loss, ...first } = tf.tidy(() => {
    const off = arrived.sub<tf.Tensor1D>(target);
    const mask = kept?.(off);
    const compared = (difference: tf.Tensor1D) => (mask ? difference.mul<tf.Tensor1D>(mask) : difference);
    const rest = compared(off);
    const distance = compared(start.sub(target)).square().sum();
    return {
      loss: rest.square().sum().div<tf.Scalar>(distance),
      lambda: rest.mul(2).div<tf.Tensor1D>(distance),
      images: tf.zerosLike(images),
      synLr: tf.scalar(0),
      targets: tf.zerosLike(targets),
    };
  });
  if (arrived !== start) arrived.dispose();
  let adjoint: Adjoint = first;
  for (let i = steps.length - 1; i >= 0; i--) {
    const weights = visited.pop()!;
    const next = tf.tidy(() =>
      stepBack(student, weights, steps[i]!, adjoint, {
        ...options,
        exact: options.exact && i > 0, // before the first step nothing depends on λ
      }),
    );
    tf.dispose({ ...adjoint });
    if (weights !== start) weights.dispose();
    adjoint = next;
  }
  const { lambda, ...gradients } = adjoint;
  lambda.dispose();
  if (!options.towardsTargets) gradients.targets.dispose();
  return { loss, ...gradients, targets: options.towardsTargets ? gradients.targets : null };
}

/** What has been gathered on the way back: λ and the derivatives of the loss. */
type Adjoint = Record<"lambda", tf.Tensor1D> &
  Record<"images", tf.Tensor4D> &
  Record<"synLr", tf.Scalar> &
  Record<"targets", tf.Tensor2D>;

function stepBack(
  { network, images, targets, synLr, limit = Infinity }: Student,
  weights: tf.Tensor1D,
  { rows, view }: StudentStep,
  { lambda, ...sum }: Adjoint,
  { exact, towardsTargets }: TrajectoryOptions,
): Adjoint {
  const part = pickRows(images, rows);
  const wanted = pickRows(targets, rows);
  const towards = exact ? (["weights", "images", "targets"] as const) : (["images", "targets"] as const);
  const batch = { images: view(part), targets: wanted, limit };
  const tangent = tangentInParts(network, weights, batch, lambda, { towards });
  const rate = synLr.neg();
  const pulledBack = tf.grad((x: tf.Tensor) => view(x as tf.Tensor4D))(part, tangent.images!.mul(rate));
  const [n] = images.shape;
  return {
    lambda: exact ? addScaled(lambda, tangent.weights!, synLr, -1) : lambda.clone(),
    images: sum.images.add(putRows(pulledBack as tf.Tensor4D, rows, n)),
    synLr: sum.synLr.sub(wanted.mul(tangent.targets!).sum()),
    targets: towardsTargets
      ? sum.targets.add(putRows(tangent.targets!.mul(rate), rows, n))
      : sum.targets.clone(),
  };
}

/** The rows of a batch, or the batch itself. */
function pickRows<T extends tf.Tensor>(all: T, rows: Int32Array | null): T {
  return rows ? tf.gather(all, tf.tensor1d(rows, "int32")) : all;
}

/** The adjoint of `pickRows`: `part` at its rows among `n`, zeros elsewhere; by a gather, which every backend has. */
function putRows<T extends tf.Tensor>(part: T, rows: Int32Array | null, n: number): T {
  if (!rows) return part;
  const from = new Int32Array(n).fill(rows.length);
  rows.forEach((row, i) => (from[row] = i));
  const rest: number[] = [1, ...part.shape.slice(1)];
  return tf.gather(tf.concat([part, tf.zeros(rest)] as T[], 0), tf.tensor1d(from, "int32"));
}
