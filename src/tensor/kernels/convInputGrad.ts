/**
 * A sum of gradients of convolutions towards their input:  dx = Σ over terms of w ⋆ dy, for one term or two.
 *
 *   dx[p, i] = Σ over terms, taps t, outputs n of dy[(p + pad - t) / stride, n] w[t, i, n]
 *
 * Gathered, so nothing is added atomically: an implicit product of [pixels, taps · out] with [taps · out, in];
 * 2 · terms · pixels · taps · in · out FLOPs; bound are dy, w and dx. Groups as in the forward kernel.
 */
import { implicitGemm } from "./implicitGemm";
import {
  convIntegers,
  filterReads,
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

export const CONV_INPUT_GRAD = "ConvInputGrad"; // (dy0, filter0, dy1?, filter1?) -> dx

export interface ConvInputGradAttributes extends ConvAttributes {
  places: readonly FilterPlace[];
}

registerWebGpuKernel<ConvInputGradAttributes>(CONV_INPUT_GRAD, ({ inputs, attributes, run }) => {
  const { inputShape, filterShape, groups, places } = attributes;
  const [n = 0, height = 0, width = 0, channels = 0] = inputShape;
  const [filterRows = 0, filterColumns = 0, , outputs = 0] = filterShape;
  const terms = places.length;
  const left = { along: "step", quads: readsQuads(outputs) } as const;
  const right = { along: "step", quads: readsFilterQuads(outputs, places) } as const;
  return run(
    implicitGemm({
      key: CONV_INPUT_GRAD,
      code: COMMON + places.map((_, term) => termCode(term, left.quads, right.quads)).join(""),
      quads: quadInputs({ dy: left.quads, filter: right.quads }, terms),
      inputs: termInputs(inputs, ["dy", "filter"], terms),
      integers: { ...convIntegers(attributes), ...placeIntegers(places) },
      shape: inputShape,
      ...{ terms, groups, splits: 1, left, right },
      ...{ rows: (n / groups) * height * width, columns: channels },
      ...{ outer: filterRows * filterColumns, inner: outputs },
    }),
  );
});

const COMMON = `${TAP_STEP}
  fn rowOf(group : i32, row : i32) -> vec4<i32> { // first output of the image, row and column with padding
    let at = group * uniforms.rows + row;
    let line = at / uniforms.width;
    let image = line / uniforms.height;
    return vec4<i32>(
      image * uniforms.outHeight * uniforms.outWidth,
      line % uniforms.height + uniforms.top,
      at % uniforms.width + uniforms.left,
      0);
  }
  fn start(group : i32, column : i32) -> f32 { return 0.0; }`;

const termCode = (term: number, leftQuads: boolean, rightQuads: boolean): string => `
  fn placeOf${term}(row : vec4<i32>, step : vec4<i32>, inner : i32) -> i32 { // -1 where no output was
    let v = row.y - step.x;
    let u = row.z - step.y;
    if (v < 0 || u < 0) { return -1; }
    let y = v / uniforms.stride;
    let x = u / uniforms.stride;
    if (y * uniforms.stride != v || x * uniforms.stride != u) { return -1; }
    if (y >= uniforms.outHeight || x >= uniforms.outWidth) { return -1; }
    return (row.x + y * uniforms.outWidth + x) * uniforms.outputs + inner;
  }
  ${readsOf("left", term, `dy${term}`, `placeOf${term}(row, step, inner)`, leftQuads)}
  ${filterReads(term, "column * uniforms.outputs + inner", rightQuads)}`;
