/** What the three convolution kernels share: how a convolution is described to them. */
import type * as tf from "@tensorflow/tfjs";
import { kernelVariant } from "./variant";
import { inputsOf } from "./webgpuProgram";

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
  return inputsOf(inputs, all);
}

/** Whether rows of `length` numbers are read four numbers at a time; the direct variant reads them one by one. */
export const readsQuads = (length: number): boolean => kernelVariant() === "tiled" && length % 4 === 0;

/** The same for filters of `outputs` numbers in a row, each of which must begin at a multiple of four as well. */
export const readsFilterQuads = (outputs: number, places: readonly FilterPlace[]): boolean =>
  places.every(({ offset, groupStride }) => readsQuads(offset) && readsQuads(groupStride)) &&
  readsQuads(outputs);

/** The names of `termInputs` that are read four numbers at a time. */
export function quadInputs(isRead: Readonly<Record<string, boolean>>, terms: number): string[] {
  const names = Object.keys(isRead).filter((name) => isRead[name]);
  return Array.from({ length: terms }, (_, term) => names.map((name) => `${name}${term}`)).flat();
}

/** WGSL: one number of an input. */
export const numberAt = (input: string, place: string, quads: boolean): string =>
  quads ? `${input}[${place} / 4][${place} % 4]` : `${input}[${place}]`;

const PARAMETERS = {
  left: "row : vec4<i32>, step : vec4<i32>, inner : i32",
  right: "group : i32, step : vec4<i32>, inner : i32, column : i32",
};

/**
 * WGSL: the functions `<side><t>` and, with quads, `<side>Quad<t>` of a product, both zero at a place below zero.
 * @param place an expression of the parameters
 */
export function readsOf(
  side: "left" | "right",
  term: number,
  input: string,
  place: string,
  quads: boolean,
): string {
  const parameters = PARAMETERS[side];
  const one = `
  fn ${side}${term}(${parameters}) -> f32 {
    let at = ${place};
    if (at < 0) { return 0.0; }
    return ${numberAt(input, "at", quads)};
  }`;
  if (!quads) return one;
  return `${one}
  fn ${side}Quad${term}(${parameters}) -> vec4<f32> {
    let at = ${place};
    if (at < 0) { return vec4<f32>(0.0); }
    return ${input}[at / 4];
  }`;
}

/** WGSL: `stepOf` where an outer step is a tap of the filter. */
export const TAP_STEP = `
  fn stepOf(group : i32, tap : i32) -> vec4<i32> { // row and column of the tap, its place in the filter
    return vec4<i32>(
      tap / uniforms.filterColumns,
      tap % uniforms.filterColumns,
      tap * uniforms.channels * uniforms.outputs,
      0);
  }`;

/** WGSL: the functions of a right side that is the filter of a term. @param inTap the place inside of a tap */
export const filterReads = (term: number, inTap: string, quads: boolean): string => `
  fn filterPlace${term}(group : i32, step : vec4<i32>, inner : i32, column : i32) -> i32 {
    return uniforms.offset${term} + group * uniforms.groupStride${term} + step.z + ${inTap};
  }
  ${readsOf("right", term, `filter${term}`, `filterPlace${term}(group, step, inner, column)`, quads)}`;
