/**
 * The four passes of instance norm + ReLU + average pooling as kernels of our own, on WebGPU alone; elsewhere a network
 * is made of the single layers (formulas in kernels/normBlock.ts and beside it).
 */
import type * as tf from "@tensorflow/tfjs";
import type { NormBlockAttributes, NormTangentAttributes } from "../kernels/normBlock";
import {
  NORM_BLOCK_INPUT_GRAD,
  NORM_BLOCK_SUMS,
  NORM_BLOCK_WEIGHT_GRAD,
  type NormWeightGradAttributes,
} from "../kernels/normBlockBackward";
import { NORM_BLOCK, NORM_STATISTICS } from "../kernels/normBlockForward";
import { NORM_BLOCK_TANGENT, NORM_TANGENT_SUMS } from "../kernels/normBlockTangent";
import {
  NORM_BLOCK_INPUT_GRAD_DOT,
  NORM_TANGENT_BACKWARD_SUMS,
  TANGENT_BACKWARD_KINDS,
} from "../kernels/normBlockTangentBackward";
import { callKernel } from "../kernels/webgpuProgram";
import type { FlatPart } from "./flatPart";

/** γ and β, [channels] each, in one flat vector. */
export type NormWeights = readonly [gamma: FlatPart, beta: FlatPart];

/** What the forward pass keeps. */
export interface NormKept {
  x: tf.Tensor; // [n, height, width, channels]
  sums: tf.Tensor; // mean and 1/σ of each image and channel
}

/** What the tangent of the forward pass keeps. */
export interface NormKeptDot {
  xDot: tf.Tensor;
  sums: tf.Tensor;
}

/** @param size of the pooling window */
export function normBlock(
  x: tf.Tensor,
  weights: NormWeights,
  size: number,
): { y: tf.Tensor; sums: tf.Tensor } {
  const attributes = attributesOf(x, weights, size);
  const sums = callKernel(NORM_STATISTICS, { x }, attributes);
  const y = callKernel(NORM_BLOCK, { x, sums, weights: weights[0].flat }, attributes);
  return { y, sums };
}

/**
 * @param groups equal shares of the batch that get a weight gradient each
 * @returns dw: [groups, 2 channels], dγ and then dβ
 */
export function normBlockBackward(
  { x, sums: statistics }: NormKept,
  weights: NormWeights,
  dy: tf.Tensor,
  size: number,
  { input, weights: wantWeights, groups = 1 }: { input: boolean; weights: boolean; groups?: number },
): { dx: tf.Tensor | null; dw: tf.Tensor | null } {
  const attributes = { ...attributesOf(x, weights, size), kinds: 4 };
  const inputs = { x, weights: weights[0].flat, dy };
  const sums = callKernel(NORM_BLOCK_SUMS, { ...inputs, sums: statistics }, attributes);
  return {
    dx: input ? callKernel(NORM_BLOCK_INPUT_GRAD, { ...inputs, sums }, attributes) : null,
    dw: wantWeights ? weightGrad(sums, x, groups, { kinds: 4, gammaKinds: [3], betaKind: 2 }) : null,
  };
}

export function normBlockTangent(
  { x, sums: statistics }: NormKept,
  weights: NormWeights,
  tangents: NormWeights,
  xDot: tf.Tensor,
  size: number,
): { yDot: tf.Tensor; sums: tf.Tensor } {
  const attributes = tangentAttributes(x, weights, tangents, size);
  const sums = callKernel(NORM_TANGENT_SUMS, { x, sums: statistics, xDot }, attributes);
  const flat = { weights: weights[0].flat, tangents: tangents[0].flat };
  return { yDot: callKernel(NORM_BLOCK_TANGENT, { x, sums, xDot, ...flat }, attributes), sums };
}

/** @returns dwDot: [groups, 2 channels], groups as of the tangents */
export function normBlockTangentBackward(
  { x }: NormKept,
  { xDot, sums: earlier }: NormKeptDot,
  weights: NormWeights,
  tangents: NormWeights,
  { dy, dyDot }: { dy: tf.Tensor; dyDot: tf.Tensor },
  size: number,
  wanted: { input: boolean; primalInput: boolean; weights: boolean },
): { dx: tf.Tensor | null; dxDot: tf.Tensor | null; dwDot: tf.Tensor | null } {
  const attributes = {
    ...tangentAttributes(x, weights, tangents, size),
    kinds: TANGENT_BACKWARD_KINDS.count,
  };
  const primal = { x, weights: weights[0].flat, dy };
  const sums = callKernel(NORM_TANGENT_BACKWARD_SUMS, { ...primal, sums: earlier, xDot, dyDot }, attributes);
  const { count: kinds, gamma: gammaKinds, beta: betaKind } = TANGENT_BACKWARD_KINDS;
  const dot = { ...primal, sums, xDot, dyDot, tangents: tangents[0].flat };
  return {
    dx: wanted.primalInput ? callKernel(NORM_BLOCK_INPUT_GRAD, { ...primal, sums }, attributes) : null,
    dxDot: wanted.input ? callKernel(NORM_BLOCK_INPUT_GRAD_DOT, dot, attributes) : null,
    dwDot: wanted.weights ? weightGrad(sums, x, tangents[0].groups, { kinds, gammaKinds, betaKind }) : null,
  };
}

function weightGrad(
  sums: tf.Tensor,
  x: tf.Tensor,
  groups: number,
  which: Pick<NormWeightGradAttributes, "kinds" | "gammaKinds" | "betaKind">,
): tf.Tensor {
  const attributes: NormWeightGradAttributes = {
    ...which,
    ...{ images: x.shape[0], channels: x.shape[3]!, groups },
  };
  return callKernel(NORM_BLOCK_WEIGHT_GRAD, { sums }, attributes);
}

function attributesOf(x: tf.Tensor, [gamma, beta]: NormWeights, size: number): NormBlockAttributes {
  return { inputShape: x.shape, size, gammaAt: gamma.offset, betaAt: beta.offset };
}

function tangentAttributes(
  x: tf.Tensor,
  weights: NormWeights,
  [gammaDot, betaDot]: NormWeights,
  size: number,
): NormTangentAttributes {
  const { flat, groups } = gammaDot;
  return {
    ...attributesOf(x, weights, size),
    ...{ tangentGammaAt: gammaDot.offset, tangentBetaAt: betaDot.offset },
    ...{ imagesPerGroup: x.shape[0] / groups, groupStride: flat.size / groups },
  };
}
