/** What the three convolution kernels share: how a convolution is described to them. */
import type * as tf from "@tensorflow/tfjs";

/** Shapes NHWC and [rows, columns, in, out]; the batch is cut into `groups` equal shares, one after another. */
export interface ConvAttributes {
  inputShape: readonly number[];
  filterShape: readonly number[];
  outputShape: readonly number[];
  stride: number;
  top: number;
  left: number;
  groups: number;
}

/** Where the filter of one term lies: in a flat vector, at an offset, and so much further for each group. */
export interface FilterPlace {
  offset: number;
  groupStride: number;
}

/** Integers that all three read. */
export function convIntegers({
  inputShape,
  filterShape,
  outputShape,
  stride,
  top,
  left,
}: ConvAttributes): Record<string, number> {
  const [, height = 0, width = 0, channels = 0] = inputShape;
  const [filterRows = 0, filterColumns = 0, , outputs = 0] = filterShape;
  const [, outHeight = 0, outWidth = 0] = outputShape;
  return {
    ...{ height, width, channels, outHeight, outWidth, outputs },
    ...{ filterRows, filterColumns, stride, top, left },
  };
}

/** `offset0`, `groupStride0`, … for each term. */
export function placeIntegers(places: readonly FilterPlace[]): Record<string, number> {
  return Object.fromEntries(
    places.flatMap(({ offset, groupStride }, term) => [
      [`offset${term}`, offset],
      [`groupStride${term}`, groupStride],
    ]),
  );
}

/** The inputs of a kernel in the order of its terms: { x0, filter0, x1, filter1 }. */
export function termInputs(
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  names: readonly string[],
  terms: number,
): Record<string, tf.TensorInfo> {
  const all = Array.from({ length: terms }, (_, term) => names.map((name) => `${name}${term}`)).flat();
  return Object.fromEntries(all.map((name) => [name, inputs[name]!]));
}
