/**
 * How many numbers are NaN or infinite, counted in parts:
 *
 *   y[p] = #{ i ≡ p (mod parts) : the exponent bits of x[i] are all ones }
 *
 * A shader compiler may assume that there is no NaN, and then `x != x` is never true: the bits tell.
 */
import { registerHostKernel, type OutputShape } from "./hostKernel";
import { registerWebGpuKernel } from "./webgpuProgram";

export const NON_FINITE_COUNTS = "NonFiniteCounts"; // (x [n]) -> [parts]

/** Enough threads to be quick, and few enough numbers to be read back with the loss. */
const MOST_PARTS = 1024;
const LEAST_PER_PART = 16;

const parts: OutputShape = ([shape]) => [Math.min(MOST_PARTS, Math.ceil(shape![0]! / LEAST_PER_PART))];

registerHostKernel(
  NON_FINITE_COUNTS,
  ["x"],
  ([x], _shapes, y) => {
    for (let i = 0; i < x!.length; i++) if (!Number.isFinite(x![i]!)) y[0]!++;
  },
  () => [1],
);

registerWebGpuKernel(NON_FINITE_COUNTS, ({ inputs, run }) => {
  const x = inputs["x"]!;
  const shape = parts([x.shape]);
  return run({
    key: NON_FINITE_COUNTS,
    code: `
  fn compute(index : i32) {
    if (index >= uniforms.parts) { return; }
    var count = 0.0;
    for (var i = index; i < uniforms.numbers; i = i + uniforms.parts) {
      if ((bitcast<u32>(x[i]) & 0x7f800000u) == 0x7f800000u) { count = count + 1.0; }
    }
    result[index] = count;
  }`,
    inputs: { x },
    integers: { numbers: x.shape[0]!, parts: shape[0]! },
    shape,
    workgroups: shape[0]!,
  });
});
