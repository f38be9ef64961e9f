/**
 * A sum of convolutions:  y = b + Σ over terms of x ∗ w, for one term or two; filters lie in flat vectors.
 *
 *   y[o, n] = b[n] + Σ over terms, taps t, channels i of x[o·stride + t - pad, i] w[t, i, n]
 *
 * An implicit product of [pixels, taps · in] with [taps · in, out]: 2 · terms · pixels · taps · in · out FLOPs;
 * bound are x, w and y. With groups, each share of the batch has filters of its own.
 */
import { implicitGemm } from "./implicitGemm";
import {
  convIntegers,
  filterReads,
  numberAt,
  placeIntegers,
  quadInputs,
  readsFilterQuads,
  readsOf,
  readsQuads,
  TAP_STEP,
  termInputs,
  type ConvAttributes,
  type FilterPlace,
} from "./convKernel";
import { registerWebGpuKernel } from "./webgpuProgram";

export const CONV_FORWARD = "ConvForward"; // (x0, filter0, x1?, filter1?) -> y

export interface ConvForwardAttributes extends ConvAttributes {
  places: readonly FilterPlace[];
  /** Where the bias lies in the first term's vector; -1 for none. */
  bias: number;
}

registerWebGpuKernel<ConvForwardAttributes>(CONV_FORWARD, ({ inputs, attributes, run }) => {
  const { outputShape, filterShape, inputShape, groups, places, bias } = attributes;
  const [n = 0, outHeight = 0, outWidth = 0, outputs = 0] = outputShape;
  const [filterRows = 0, filterColumns = 0] = filterShape;
  const terms = places.length;
  const channels = inputShape[3]!;
  const left = { along: "step", quads: readsQuads(channels) } as const;
  const right = { along: "side", quads: readsFilterQuads(outputs, places) } as const;
  return run(
    implicitGemm({
      key: CONV_FORWARD,
      code: [
        startCode(right.quads),
        ROW,
        TAP_STEP,
        ...places.map((_, term) => termCode(term, left.quads, right.quads)),
      ].join(""),
      quads: quadInputs({ x: left.quads, filter: right.quads }, terms),
      inputs: termInputs(inputs, ["x", "filter"], terms),
      integers: { ...convIntegers(attributes), ...placeIntegers(places), bias },
      shape: outputShape,
      ...{ terms, groups, splits: 1, left, right },
      ...{ rows: (n / groups) * outHeight * outWidth, columns: outputs },
      ...{ outer: filterRows * filterColumns, inner: channels },
    }),
  );
});

const ROW = `
  fn rowOf(group : i32, row : i32) -> vec4<i32> { // first pixel of the image, upper row, left column
    let at = group * uniforms.rows + row;
    let line = at / uniforms.outWidth;
    let image = line / uniforms.outHeight;
    return vec4<i32>(
      image * uniforms.height * uniforms.width,
      (line % uniforms.outHeight) * uniforms.stride - uniforms.top,
      (at % uniforms.outWidth) * uniforms.stride - uniforms.left,
      0);
  }`;

const startCode = (rightQuads: boolean): string => `
  fn start(group : i32, column : i32) -> f32 {
    if (uniforms.bias < 0) { return 0.0; }
    let at = uniforms.bias + group * uniforms.groupStride0 + column;
    return ${numberAt("filter0", "at", rightQuads)};
  }`;

const termCode = (term: number, leftQuads: boolean, rightQuads: boolean): string => `
  fn placeOf${term}(row : vec4<i32>, step : vec4<i32>, inner : i32) -> i32 { // -1 outside
    let y = row.y + step.x;
    let x = row.z + step.y;
    if (y < 0 || y >= uniforms.height || x < 0 || x >= uniforms.width) { return -1; }
    return (row.x + y * uniforms.width + x) * uniforms.channels + inner;
  }
  ${readsOf("left", term, `x${term}`, `placeOf${term}(row, step, inner)`, leftQuads)}
  ${filterReads(term, "inner * uniforms.outputs + column", rightQuads)}`;
