/**
 * A sum of gradients of convolutions towards filter and bias, for one term or two; one gradient for each group.
 *
 *   dw[g, t, i, n] = Σ over terms and the outputs o of group g of x[o·stride + t - pad, i] dy[o, n]
 *   db[g, n]       = Σ over the outputs o of group g of dy[o, n], of the first term alone
 *
 * The bias is one more row: [dw; db] is an implicit product of [taps · in + 1, outputs of g] with [outputs of g, out],
 * 2 · terms · outputs · taps · in · out FLOPs. As the sums are long and the results few, the outputs are split into
 * parts on a GPU, and a second pass adds those up, in a fixed order. Bound are x, dy and dw, and the parts twice.
 */
import * as tf from "@tensorflow/tfjs";
import { implicitGemm, splitsFor } from "./implicitGemm";
import {
  convIntegers,
  numberAt,
  quadInputs,
  readsOf,
  readsQuads,
  termInputs,
  type ConvAttributes,
} from "./convKernel";
import { registerWebGpuKernel, type Program } from "./webgpuProgram";

export const CONV_WEIGHT_GRAD = "ConvWeightGrad"; // (x0, dy0, x1?, dy1?) -> [groups, filter (+ bias)]

export interface ConvWeightGradAttributes extends ConvAttributes {
  terms: number;
  bias: boolean;
}

registerWebGpuKernel<ConvWeightGradAttributes>(CONV_WEIGHT_GRAD, ({ inputs, attributes, run, free }) => {
  const { inputShape, filterShape, outputShape, groups, terms, bias } = attributes;
  const [filterRows = 0, filterColumns = 0, , outputs = 0] = filterShape;
  const [n = 0, outHeight = 0, outWidth = 0] = outputShape;
  const rows = filterRows * filterColumns * inputShape[3]! + (bias ? 1 : 0);
  const outer = (n / groups) * outHeight;
  const splits = splitsFor(groups, rows, outputs, outer * outWidth);
  const left = { along: "side", quads: readsQuads(inputShape[3]!) } as const;
  const right = { along: "side", quads: readsQuads(outputs) } as const;
  const parts = run(
    implicitGemm({
      key: CONV_WEIGHT_GRAD,
      code:
        COMMON + Array.from({ length: terms }, (_, term) => termCode(term, left.quads, right.quads)).join(""),
      quads: quadInputs({ x: left.quads, dy: right.quads }, terms),
      inputs: termInputs(inputs, ["x", "dy"], terms),
      integers: convIntegers(attributes),
      shape: splits === 1 ? [groups, rows * outputs] : [splits, groups, rows * outputs],
      ...{ terms, groups, splits, left, right },
      ...{ rows, columns: outputs, outer, inner: outWidth },
    }),
  );
  if (splits === 1) return parts;
  const sum = run(sumOfParts(parts, splits, [groups, rows * outputs]));
  free(parts);
  return sum;
});

const COMMON = `
  fn rowOf(group : i32, row : i32) -> vec4<i32> { // row, column and channel of the tap; 1 for the bias
    let tap = row / uniforms.channels;
    let y = tap / uniforms.filterColumns;
    if (y >= uniforms.filterRows) { return vec4<i32>(0, 0, 0, 1); }
    return vec4<i32>(
      y - uniforms.top, tap % uniforms.filterColumns - uniforms.left, row % uniforms.channels, 0);
  }
  fn stepOf(group : i32, outer : i32) -> vec4<i32> { // first pixel of the image, row in it, first output of the line
    let line = group * uniforms.outer + outer;
    return vec4<i32>(
      (line / uniforms.outHeight) * uniforms.height * uniforms.width,
      (line % uniforms.outHeight) * uniforms.stride,
      line * uniforms.outWidth,
      0);
  }
  fn start(group : i32, column : i32) -> f32 { return 0.0; }`;

const termCode = (term: number, leftQuads: boolean, rightQuads: boolean): string => `
  fn placeOf${term}(row : vec4<i32>, step : vec4<i32>, inner : i32) -> i32 { // -1 outside
    let y = step.y + row.x;
    let x = inner * uniforms.stride + row.y;
    if (y < 0 || y >= uniforms.height || x < 0 || x >= uniforms.width) { return -1; }
    return (step.x + y * uniforms.width + x) * uniforms.channels + row.z;
  }
  fn left${term}(row : vec4<i32>, step : vec4<i32>, inner : i32) -> f32 {
    if (row.w == 1) { return ${term === 0 ? "1.0" : "0.0"}; }
    let at = placeOf${term}(row, step, inner);
    if (at < 0) { return 0.0; }
    return ${numberAt(`x${term}`, "at", leftQuads)};
  }
  ${leftQuads ? leftQuadCode(term) : ""}
  ${readsOf("right", term, `dy${term}`, "(step.z + inner) * uniforms.outputs + column", rightQuads)}`;

/** Four channels of a tap; the bias is the first of the four rows behind the last tap. */
const leftQuadCode = (term: number): string => `
  fn leftQuad${term}(row : vec4<i32>, step : vec4<i32>, inner : i32) -> vec4<f32> {
    if (row.w == 1) { return vec4<f32>(${term === 0 ? "1.0" : "0.0"}, 0.0, 0.0, 0.0); }
    let at = placeOf${term}(row, step, inner);
    if (at < 0) { return vec4<f32>(0.0); }
    return x${term}[at / 4];
  }`;

/** The sum over the leading axis. */
function sumOfParts(parts: tf.TensorInfo, count: number, shape: readonly number[]): Program {
  const size = tf.util.sizeFromShape([...shape]);
  return {
    key: `${CONV_WEIGHT_GRAD} sum`,
    code: `
  fn compute(index : i32) {
    if (index >= uniforms.size) { return; }
    var sum = 0.0;
    for (var part = 0; part < uniforms.count; part = part + 1) { sum = sum + parts[part * uniforms.size + index]; }
    result[index] = sum;
  }`,
    inputs: { parts },
    integers: { size, count },
    shape,
    workgroups: size,
  };
}
