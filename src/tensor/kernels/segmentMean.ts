/**
 * Weighted sums of runs of consecutive rows, and the adjoint:
 *
 *   SEGMENT_SUM     y[s] = w[s] Σ over rows of segment s of x[row]          x̄[row] = w[s of row] ȳ[s]     SEGMENT_SPREAD
 *
 * One thread per number of the result, in a fixed order: n · size FLOPs; bound are x and y once. tfjs's product with a
 * matrix of weights would add up in any order when there are many rows.
 */
import { registerWebGpuKernel } from "./webgpuProgram";

export const SEGMENT_SUM = "SegmentSum"; // (x [n, size], starts [segments + 1] int32, factors [segments]) -> [segments, size]
export const SEGMENT_SPREAD = "SegmentSpread"; // (y [segments, size], owners [n] int32, factors [segments]) -> [n, size]

registerWebGpuKernel(SEGMENT_SUM, ({ inputs, run }) => {
  const { x, starts, factors } = inputs;
  const width = x!.shape[1]!;
  const shape = [factors!.shape[0]!, width];
  const size = shape[0]! * width;
  return run({
    key: SEGMENT_SUM,
    code: `
  fn compute(index : i32) {
    if (index >= uniforms.size) { return; }
    let segment = index / uniforms.width;
    var sum = 0.0;
    for (var row = starts[segment]; row < starts[segment + 1]; row = row + 1) {
      sum = sum + x[row * uniforms.width + index % uniforms.width];
    }
    result[index] = factors[segment] * sum;
  }`,
    inputs: { x: x!, starts: starts!, factors: factors! },
    integers: { size, width },
    shape,
    workgroups: size,
  });
});

registerWebGpuKernel(SEGMENT_SPREAD, ({ inputs, run }) => {
  const { y, owners, factors } = inputs;
  const width = y!.shape[1]!;
  const shape = [owners!.shape[0]!, width];
  const size = shape[0]! * width;
  return run({
    key: SEGMENT_SPREAD,
    code: `
  fn compute(index : i32) {
    if (index >= uniforms.size) { return; }
    let segment = owners[index / uniforms.width];
    result[index] = factors[segment] * y[segment * uniforms.width + index % uniforms.width];
  }`,
    inputs: { y: y!, owners: owners!, factors: factors! },
    integers: { size, width },
    shape,
    workgroups: size,
  });
});
