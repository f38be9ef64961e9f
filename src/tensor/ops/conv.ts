/**
 * The three convolutions that a network needs, each as the expression that is fastest on the backend, and sums of two
 * of them, of which tangents are made.
 *
 *   y = x ∗ w     dx = Σ over outputs of dy w     dw = Σ over batch and positions of x dy
 *
 * WebGPU, and WebAssembly with SIMD, have kernels of our own for all three, which read filters inside flat vectors.
 */
import * as tf from "@tensorflow/tfjs";
import { CONV_FORWARD, type ConvForwardAttributes } from "../kernels/convForward";
import { CONV_INPUT_GRAD, type ConvInputGradAttributes } from "../kernels/convInputGrad";
import type { ConvAttributes, FilterPlace } from "../kernels/convKernel";
import { CONV_WEIGHT_GRAD, type ConvWeightGradAttributes } from "../kernels/convWeightGrad";
import "../kernels/wasm/convForward";
import "../kernels/wasm/convWeightGrad";
import { hasWasmKernels } from "../kernels/wasm/program";
import { callKernel } from "../kernels/webgpuProgram";
import { channelSum } from "./channels";
import { convShape, type ConvGeometry } from "./convGeometry";
import { conv, convFilterGrad, convInputGrad } from "./cpuConv";
import { partTensor, type FlatPart } from "./flatPart";

/** Whether the backend that runs has these kernels. */
const hasConvKernels = (): boolean => tf.getBackend() === "webgpu" || hasWasmKernels();

type Shape4D = [number, number, number, number];

/** One convolution of a sum. */
export interface ConvTerm {
  x: tf.Tensor4D; // [n, height, width, in]
  filter: FlatPart; // [rows, columns, in, out]
}

/**
 * Σ x ∗ w + b over one term or two.
 * @param bias [out], in the same vector as the first term's filter
 * @returns [n, outHeight, outWidth, out]
 */
export function convSum(terms: readonly ConvTerm[], geometry: ConvGeometry, bias?: FlatPart): tf.Tensor4D {
  if (hasConvKernels()) {
    const filters = terms.map(({ filter }) => filter);
    const { shape } = terms[0]!.x;
    const attributes: ConvForwardAttributes = {
      ...attributesOf(shape, filters[0]!.shape, geometry, groupsOf(filters)),
      places: filters.map(placeOf),
      bias: bias?.offset ?? -1,
    };
    const inputs = terms.flatMap(({ x, filter }, i) => [
      [`x${i}`, x],
      [`filter${i}`, filter.flat],
    ]);
    return callKernel(
      CONV_FORWARD,
      Object.fromEntries(inputs) as tf.NamedTensorMap,
      attributes,
    ) as tf.Tensor4D;
  }
  return sumOf(terms, ({ x, filter }, i) =>
    conv(x, partTensor(filter), geometry, i === 0 && bias ? partTensor<tf.Tensor1D>(bias) : undefined),
  );
}

/** One input gradient of a sum. */
export interface ConvInputGradTerm {
  dy: tf.Tensor4D; // [n, outHeight, outWidth, out]
  filter: FlatPart; // [rows, columns, in, out]
}

/**
 * Σ w ⋆ dy over one term or two: the gradient of `convSum` towards its input.
 * @returns [n, height, width, in]
 */
export function convInputGradSum(
  terms: readonly ConvInputGradTerm[],
  inputShape: Shape4D,
  geometry: ConvGeometry,
): tf.Tensor4D {
  if (hasConvKernels()) {
    const filters = terms.map(({ filter }) => filter);
    const attributes: ConvInputGradAttributes = {
      ...attributesOf(inputShape, filters[0]!.shape, geometry, groupsOf(filters)),
      places: filters.map(placeOf),
    };
    const inputs = terms.flatMap(({ dy, filter }, i) => [
      [`dy${i}`, dy],
      [`filter${i}`, filter.flat],
    ]);
    return callKernel(
      CONV_INPUT_GRAD,
      Object.fromEntries(inputs) as tf.NamedTensorMap,
      attributes,
    ) as tf.Tensor4D;
  }
  return sumOf(terms, ({ dy, filter }) => convInputGrad(dy, partTensor(filter), inputShape, geometry));
}

/** One filter gradient of a sum. */
export interface ConvWeightGradTerm {
  x: tf.Tensor4D; // [n, height, width, in]
  dy: tf.Tensor4D; // [n, outHeight, outWidth, out]
}

/**
 * Σ x ⊗ dy over one term or two, and the bias's Σ dy of the first; for each of `groups` equal shares of the batch, where
 * there are more than one only with kernels of our own.
 * @returns the numbers of [groups, filter, bias] in order, in one tensor or two
 */
export function convWeightGradSum(
  terms: readonly ConvWeightGradTerm[],
  filterShape: Shape4D,
  geometry: ConvGeometry,
  { bias, groups = 1 }: { bias: boolean; groups?: number },
): tf.Tensor[] {
  if (hasConvKernels()) {
    const attributes: ConvWeightGradAttributes = {
      ...attributesOf(terms[0]!.x.shape, filterShape, geometry, groups),
      terms: terms.length,
      bias,
    };
    const inputs = terms.flatMap(({ x, dy }, i) => [
      [`x${i}`, x],
      [`dy${i}`, dy],
    ]);
    return [callKernel(CONV_WEIGHT_GRAD, Object.fromEntries(inputs) as tf.NamedTensorMap, attributes)];
  }
  if (groups !== 1) throw new Error("convWeightGradSum(): groups need kernels of our own");
  const filter = sumOf(terms, ({ x, dy }) => convFilterGrad(x, dy, filterShape, geometry));
  return bias ? [filter, channelSum(terms[0]!.dy)] : [filter];
}

function sumOf<T>(terms: readonly T[], value: (term: T, index: number) => tf.Tensor4D): tf.Tensor4D {
  return terms.map(value).reduce((sum, next) => sum.add<tf.Tensor4D>(next));
}

function attributesOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  geometry: ConvGeometry,
  groups: number,
): ConvAttributes {
  const { stride, pads } = geometry;
  const outputShape = convShape(inputShape, filterShape, geometry);
  return { inputShape, filterShape, outputShape, stride, top: pads.top, left: pads.left, groups };
}

const groupsOf = (parts: readonly FlatPart[]): number => Math.max(...parts.map(({ groups }) => groups));

const placeOf = ({ flat, groups, offset }: FlatPart): FilterPlace => ({
  offset,
  groupStride: groups === 1 ? 0 : flat.size / groups,
});
