/**
 * One stage of an augmented view, each image with its own numbers, in one gather: colours change, then the image is
 * sampled bilinearly along an affine map of pixel indices with zeros outside, then a rectangle is cut out of the result:
 *
 *   y[q] = keep(q) Σ_p t(p - M q) c(x)[p]        c(x) = g₀ x + g₁ mean_c(x) + g₂ mean(x) + g₃
 *   x̄[p] = Σ_q t(p - M q) keep(q) ȳ[q]           of the sampling; the colours' part follows (ops/viewStage.ts)
 *
 * with t of affineSample.ts. About 20 FLOPs per number and tap, four taps; bound are x and y once. The adjoint gathers
 * too: the outputs that can touch p lie in a small box around M⁻¹ p.
 */
import { IMAGE_PLACE, imageIntegers, registerImageKernel } from "./imageKernel";
import { kernelVariant } from "./variant";
import { MAX_WORKGROUPS } from "./programParts";
import { registerWebGpuKernel } from "./webgpuProgram";
import { sumPath, workgroupSums } from "./workgroupSum";

/** Numbers of each image: the map (6), the rectangle's top, bottom, left and right, and the gains g₀ … g₃. */
export const STAGE_NUMBERS = 14;

export const VIEW_STAGE = "ViewStage"; // (x [n, h, w, c], stages [n, 14], means? [n]) -> [n, h, w, c]
export const VIEW_STAGE_ADJOINT = "ViewStageAdjoint"; // (dy [n, h, w, c], stages [n, 14]) -> [n, h, w, c]
export const IMAGE_MEANS = "ImageMeans"; // (x [n, h, w, c]) -> [n, 1]; bound: x once

/** Pixels that a sampled one is made of, and about how many sampled ones a pixel can go into. */
const TAPS = 4;
const ADJOINT_TAPS = 16;

const COMMON = `
  fn stage(image : i32, number : i32) -> f32 { return stages[image * ${STAGE_NUMBERS} + number]; }
  fn isCut(image : i32, row : f32, column : f32) -> bool {
    return row >= stage(image, 6) && row < stage(image, 7) && column >= stage(image, 8) && column < stage(image, 9);
  }`;

registerWebGpuKernel(VIEW_STAGE, ({ inputs, run }) => {
  const { x, stages, means } = inputs;
  const integers = imageIntegers(x!.shape);
  const color = `
    var sum = 0.0;
    for (var k = 0; k < uniforms.channels; k = k + 1) { sum = sum + x[first + k]; }
    let grey = stage(image, 11) * sum / f32(uniforms.channels) + stage(image, 12) * means[image] + stage(image, 13);
    return stage(image, 10) * x[first + channel] + grey;`;
  return run({
    key: `${VIEW_STAGE} ${means ? "color" : ""}`,
    code: `${COMMON}
  fn tap(image : i32, row : i32, column : i32, channel : i32) -> f32 {
    if (row < 0 || row >= uniforms.height || column < 0 || column >= uniforms.width) { return 0.0; }
    let first = ((image * uniforms.height + row) * uniforms.width + column) * uniforms.channels;
    ${means ? color : "return x[first + channel];"}
  }
  fn compute(index : i32) {${IMAGE_PLACE}
    if (isCut(image, row, column)) { result[index] = 0.0; return; }
    let u = stage(image, 0) * column + stage(image, 1) * row + stage(image, 2);
    let v = stage(image, 3) * column + stage(image, 4) * row + stage(image, 5);
    let left = floor(u);
    let top = floor(v);
    let right = u - left; // weight of the right neighbour
    let low = v - top;
    let c = i32(left);
    let r = i32(top);
    var upper = tap(image, r, c, channel);
    var lower = 0.0;
    if (right > 0.0) { upper = upper * (1.0 - right) + tap(image, r, c + 1, channel) * right; }
    if (low > 0.0) {
      lower = tap(image, r + 1, c, channel);
      if (right > 0.0) { lower = lower * (1.0 - right) + tap(image, r + 1, c + 1, channel) * right; }
    }
    result[index] = upper * (1.0 - low) + lower * low;
  }`,
    inputs: { x: x!, stages: stages!, ...(means && { means }) },
    integers,
    shape: x!.shape,
    workgroups: integers.size,
    operations: integers.size * TAPS * (means ? integers.channels : 1),
  });
});

// |p - M q| < 1 on both axes bounds q by the columns of |M⁻¹| around M⁻¹ p
registerImageKernel(
  VIEW_STAGE_ADJOINT,
  ["dy", "stages"],
  `${COMMON}
  fn compute(index : i32) {${IMAGE_PLACE}
    let a = stage(image, 0);
    let b = stage(image, 1);
    let c = stage(image, 2);
    let d = stage(image, 3);
    let e = stage(image, 4);
    let f = stage(image, 5);
    let scale = 1.0 / (a * e - b * d);
    let u = scale * (e * (column - c) - b * (row - f));
    let v = scale * (a * (row - f) - d * (column - c));
    let reachU = abs(scale) * (abs(e) + abs(b)) + 0.001;
    let reachV = abs(scale) * (abs(d) + abs(a)) + 0.001;
    let firstU = max(0, i32(ceil(u - reachU)));
    let lastU = min(uniforms.width - 1, i32(floor(u + reachU)));
    let firstV = max(0, i32(ceil(v - reachV)));
    let lastV = min(uniforms.height - 1, i32(floor(v + reachV)));
    var sum = 0.0;
    for (var q = firstV; q <= lastV; q = q + 1) {
      for (var p = firstU; p <= lastU; p = p + 1) {
        if (isCut(image, f32(q), f32(p))) { continue; }
        let across = abs(a * f32(p) + b * f32(q) + c - column);
        let down = abs(d * f32(p) + e * f32(q) + f - row);
        if (across >= 1.0 || down >= 1.0) { continue; }
        let source = ((image * uniforms.height + q) * uniforms.width + p) * uniforms.channels + channel;
        sum = sum + (1.0 - across) * (1.0 - down) * dy[source];
      }
    }
    result[index] = sum;
  }`,
  ADJOINT_TAPS,
);

const THREADS = 256;

registerWebGpuKernel(IMAGE_MEANS, ({ inputs, run }) => {
  const x = inputs["x"]!;
  const [n = 0] = x.shape;
  const numbers = imageIntegers(x.shape).size / n;
  const body = (lane: string, lanes: number): string => `
    var s : array<f32, 1>;
    for (var i = ${lane}; i < uniforms.numbers; i = i + ${lanes}) { s[0] = s[0] + x[image * uniforms.numbers + i]; }`;
  const program = { inputs: { x }, integers: { numbers, images: n }, shape: [n, 1] };
  if (kernelVariant() === "direct" || n > MAX_WORKGROUPS)
    return run({
      ...program,
      key: `${IMAGE_MEANS} direct`,
      code: `
  fn compute(image : i32) {
    if (image >= uniforms.images) { return; }
    ${body("0", 1)}
    result[image] = s[0] / f32(uniforms.numbers);
  }`,
      workgroups: n,
    });
  return run({
    ...program,
    key: `${IMAGE_MEANS} tiled ${sumPath()}`,
    code: `${workgroupSums(1, THREADS, sumPath())}
  fn compute() {
    let image = i32(workgroupId.x);
    ${body("i32(localIndex)", THREADS)}
    s = workgroupSums(s);
    if (localIndex == 0u) { result[image] = s[0] / f32(uniforms.numbers); }
  }`,
    workgroups: [n, 1, 1],
    workgroupSize: [16, 16],
  });
});
