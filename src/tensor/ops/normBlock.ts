/**
 * The four passes of norm + ReLU + average pooling as kernels of our own, on WebGPU and on WebAssembly with SIMD; elsewhere
 * a network is made of the single layers (formulas in kernels/normBlock.ts and beside it).
 */
import * as tf from "@tensorflow/tfjs";
import type { NormBlockAttributes, NormTangentAttributes } from "../kernels/normBlock";
import {
  BACKWARD_KINDS,
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
import { hasWasmKernels } from "../kernels/wasm/program";
import "../kernels/wasm/normBackward";
import "../kernels/wasm/normForward";
import "../kernels/wasm/normTangent";
import "../kernels/wasm/normTangentBackward";
import { callKernel } from "../kernels/webgpuProgram";
import type { ChannelView } from "./channels";
import type { FlatPart } from "./flatPart";

/** Whether the backend that runs has these kernels. */
export const hasNormBlock = (): boolean => tf.getBackend() === "webgpu" || hasWasmKernels();

/** γ and β, [channels] each, in one flat vector. */
export type NormWeights = readonly [gamma: FlatPart, beta: FlatPart];

/** What a block is like. */
export interface NormForm {
  /** Over what the norm takes its means; one weight per channel. */
  view: ChannelView;
  /** Of the pooling window, which divides the height in a norm over the batch. */
  size: number;
  /** The statistics are given (`givenSums`), and so constants. */
  frozen: boolean;
}

/** What the forward pass keeps. */
export interface NormKept {
  x: tf.Tensor; // [n, height, width, channels]
  sums: tf.Tensor; // mean and 1/σ of each image and channel, of all images at once in a norm over the batch
}

/** What the tangent of the forward pass keeps. */
export interface NormKeptDot {
  xDot: tf.Tensor;
  sums: tf.Tensor;
}

const EPSILON = 1e-5; // as in the kernels

/** @param given of a frozen form: mean and variance, [channels] each */
export function normBlock(
  x: tf.Tensor,
  weights: NormWeights,
  form: NormForm,
  given?: readonly tf.Tensor[],
): { y: tf.Tensor; sums: tf.Tensor } {
  const attributes = attributesOf(x, weights, form);
  const sums = given ? givenSums(given, x.shape[0]) : callKernel(NORM_STATISTICS, { x }, attributes);
  const y = callKernel(NORM_BLOCK, { x, sums, weights: weights[0].flat }, attributes);
  const [n = 0, height = 0, width = 0, channels = 0] = x.shape;
  const { size } = form;
  return { y: y.reshape([n, Math.floor(height / size), Math.floor(width / size), channels]), sums };
}

/** Given statistics in the place of computed ones, [n, 2, channels]. */
function givenSums([mean, variance]: readonly tf.Tensor[], n: number): tf.Tensor {
  return tf.tidy(() => {
    const both = tf.stack([mean!.flatten(), variance!.add(EPSILON).rsqrt().flatten()]);
    return both.expandDims(0).mul(tf.ones([n, 1, 1]));
  });
}

/** Mean and variance over the batch, [channels] each. @param sums of a norm over the batch */
export function batchMoments(sums: tf.Tensor): [mean: tf.Tensor1D, variance: tf.Tensor1D] {
  const [mean, r] = tf.unstack(sums.reshape([2, -1])) as [tf.Tensor1D, tf.Tensor1D];
  return [mean, r.square().reciprocal().sub(EPSILON).relu()];
}

/**
 * @param groups equal shares of the batch that get a weight gradient each
 * @returns dw: [groups, 2 channels], dγ and then dβ
 */
export function normBlockBackward(
  { x, sums: statistics }: NormKept,
  weights: NormWeights,
  dy: tf.Tensor,
  form: NormForm,
  { input, weights: wantWeights, groups = 1 }: { input: boolean; weights: boolean; groups?: number },
): { dx: tf.Tensor | null; dw: tf.Tensor | null } {
  const attributes = { ...attributesOf(x, weights, form), kinds: BACKWARD_KINDS.count };
  const inputs = { x, weights: weights[0].flat, dy };
  const sums = callKernel(NORM_BLOCK_SUMS, { ...inputs, sums: statistics }, attributes);
  const dx = () => callKernel(NORM_BLOCK_INPUT_GRAD, { ...inputs, sums }, attributes).reshape(x.shape);
  return { dx: input ? dx() : null, dw: wantWeights ? weightGrad(sums, groups, BACKWARD_KINDS) : null };
}

export function normBlockTangent(
  { x, sums: statistics }: NormKept,
  weights: NormWeights,
  tangents: NormWeights,
  xDot: tf.Tensor,
  form: NormForm,
): { yDot: tf.Tensor; sums: tf.Tensor } {
  const attributes = tangentAttributes(x, weights, tangents, form);
  const sums = callKernel(NORM_TANGENT_SUMS, { x, sums: statistics, xDot }, attributes);
  const flat = { weights: weights[0].flat, tangents: tangents[0].flat };
  const yDot = callKernel(NORM_BLOCK_TANGENT, { x, sums, xDot, ...flat }, attributes);
  const [n = 0, , , channels = 0] = x.shape;
  const [, , outWidth = 0] = yDot.shape;
  return { yDot: yDot.reshape([n, -1, outWidth, channels]), sums };
}

/** @returns dwDot: [groups, 2 channels], groups as of the tangents */
export function normBlockTangentBackward(
  { x }: NormKept,
  { xDot, sums: earlier }: NormKeptDot,
  weights: NormWeights,
  tangents: NormWeights,
  { dy, dyDot }: { dy: tf.Tensor; dyDot: tf.Tensor },
  form: NormForm,
  wanted: { input: boolean; primalInput: boolean; weights: boolean },
): { dx: tf.Tensor | null; dxDot: tf.Tensor | null; dwDot: tf.Tensor | null } {
  const attributes = {
    ...tangentAttributes(x, weights, tangents, form),
    kinds: TANGENT_BACKWARD_KINDS.count,
  };
  const primal = { x, weights: weights[0].flat, dy };
  const both = { ...primal, xDot, dyDot, tangents: tangents[0].flat };
  const sums = callKernel(NORM_TANGENT_BACKWARD_SUMS, { ...both, sums: earlier }, attributes);
  const shaped = (tensor: tf.Tensor) => tensor.reshape(x.shape);
  return {
    dx: wanted.primalInput
      ? shaped(callKernel(NORM_BLOCK_INPUT_GRAD, { ...primal, sums }, attributes))
      : null,
    dxDot: wanted.input ? shaped(callKernel(NORM_BLOCK_INPUT_GRAD_DOT, { ...both, sums }, attributes)) : null,
    dwDot: wanted.weights ? weightGrad(sums, tangents[0].groups, TANGENT_BACKWARD_KINDS) : null,
  };
}

function weightGrad(
  sums: tf.Tensor,
  groups: number,
  { gamma: gammaKinds, beta: betaKind }: { gamma: readonly number[]; beta: number },
): tf.Tensor {
  const [images = 0, kinds = 0, channels = 0] = sums.shape;
  const attributes: NormWeightGradAttributes = { images, kinds, channels, groups, gammaKinds, betaKind };
  return callKernel(NORM_BLOCK_WEIGHT_GRAD, { sums }, attributes);
}

function attributesOf(x: tf.Tensor, [gamma, beta]: NormWeights, form: NormForm): NormBlockAttributes {
  const { view, size, frozen } = form;
  const [n = 0, height = 0, width = 0, channels = 0] = x.shape;
  const isTall = view.per === "batch" && !frozen;
  return {
    inputShape: isTall ? [1, n * height, width, channels] : x.shape,
    ...{ size, gammaAt: gamma.offset, betaAt: beta.offset, sharing: view.width, live: !frozen },
  };
}

function tangentAttributes(
  x: tf.Tensor,
  weights: NormWeights,
  [gammaDot, betaDot]: NormWeights,
  form: NormForm,
): NormTangentAttributes {
  const { flat, groups } = gammaDot;
  const attributes = attributesOf(x, weights, form);
  return {
    ...attributes,
    ...{ tangentGammaAt: gammaDot.offset, tangentBetaAt: betaDot.offset },
    ...{ imagesPerGroup: attributes.inputShape[0]! / groups, groupStride: flat.size / groups },
  };
}
