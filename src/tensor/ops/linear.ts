/**
 * Linear maps y = x w + b and their gradients, in sums of two as tangents need them. On WebGPU they are convolutions of
 * images of one pixel: those kernels read weights in place, know groups and add up in a fixed order, which tfjs's
 * product of few rows does not.
 */
import * as tf from "@tensorflow/tfjs";
import { convInputGradSum, convSum, convWeightGradSum } from "./conv";
import { partTensor, type FlatPart } from "./flatPart";

const POINT = { stride: 1, pads: { top: 0, bottom: 0, left: 0, right: 0 } };

/**
 * Σ x w + b over one term or two.
 * @param bias [out], in the same vector as the first term's weight [in, out]
 */
export function linearSum(terms: readonly { x: tf.Tensor; weight: FlatPart }[], bias: FlatPart): tf.Tensor {
  if (tf.getBackend() === "webgpu") {
    const pixels = terms.map(({ x, weight }) => ({ x: asPixels(x), filter: asFilter(weight) }));
    const y = convSum(pixels, POINT, bias);
    return y.reshape([y.shape[0], y.shape[3]]);
  }
  const [first, ...rest] = terms.map(({ x, weight }) => tf.matMul(x, partTensor(weight)));
  return rest.reduce<tf.Tensor>((sum, next) => next.add(sum), first!.add(partTensor(bias)));
}

/** Σ dy wᵀ over one term or two. */
export function linearInputGradSum(terms: readonly { dy: tf.Tensor; weight: FlatPart }[]): tf.Tensor {
  if (tf.getBackend() === "webgpu") {
    const pixels = terms.map(({ dy, weight }) => ({ dy: asPixels(dy), filter: asFilter(weight) }));
    const [n, features] = [terms[0]!.dy.shape[0], terms[0]!.weight.shape[0]!];
    return convInputGradSum(pixels, [n, 1, 1, features], POINT).reshape([n, features]);
  }
  return terms
    .map(({ dy, weight }) => tf.matMul(dy, partTensor(weight), false, true))
    .reduce((sum, next) => sum.add(next));
}

/**
 * Σ xᵀ dy over one term or two, and the bias's Σ dy of the first; groups as in `convWeightGradSum`.
 * @returns the numbers of [groups, weight, bias] in order, in one tensor or two
 */
export function linearWeightGradSum(
  terms: readonly { x: tf.Tensor; dy: tf.Tensor }[],
  groups = 1,
): tf.Tensor[] {
  if (tf.getBackend() === "webgpu") {
    const pixels = terms.map(({ x, dy }) => ({ x: asPixels(x), dy: asPixels(dy) }));
    const filterShape = [1, 1, pixels[0]!.x.shape[3], pixels[0]!.dy.shape[3]] as const;
    return convWeightGradSum(pixels, [...filterShape], POINT, { bias: true, groups });
  }
  if (groups !== 1) throw new Error("linearWeightGradSum(): groups need the WebGPU backend");
  const weight = terms.map(({ x, dy }) => tf.matMul(x, dy, true, false)).reduce((sum, next) => sum.add(next));
  return [weight, terms[0]!.dy.sum(0)];
}

/** [n, features] as images [n, 1, 1, features]. */
const asPixels = (x: tf.Tensor): tf.Tensor4D => x.reshape([x.shape[0], 1, 1, x.shape[1]!]);

const asFilter = (weight: FlatPart): FlatPart => ({ ...weight, shape: [1, 1, ...weight.shape] });
