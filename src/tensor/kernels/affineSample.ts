/**
 * Bilinear sampling of each image along its own affine map, zero outside, and the adjoint of that.
 *
 *   y[q] = sum_p x[p] t(p - M q)        x̄[p] = sum_q ȳ[q] t(p - M q)        t(d) = max(0, 1-|dx|) max(0, 1-|dy|)
 *
 * Coordinates are pixel indices: M = (a, b, c, d, e, f) sends output column u, row v to the sampling position
 * column a u + b v + c, row d u + e v + f. Matrices hold six numbers per image and must be invertible.
 * The adjoint gathers on WebGPU (no atomics: the outputs that can touch p lie in a small box around M⁻¹ p)
 * and scatters on a CPU.
 */
import { registerHostKernel } from "./hostKernel";
import { IMAGE_PLACE, registerImageKernel } from "./imageKernel";

export const AFFINE_SAMPLE = "AffineSample"; // (x [n, h, w, c], matrices [n, 6]) -> [n, h, w, c]
export const AFFINE_SAMPLE_ADJOINT = "AffineSampleAdjoint"; // (dy [n, h, w, c], matrices [n, 6]) -> [n, h, w, c]

registerHostKernel(AFFINE_SAMPLE, ["x", "matrices"], ([x, matrices], [shape], y) =>
  eachTap(matrices!, shape!, (source, target, channels, weight) => {
    for (let k = 0; k < channels; k++) y[target + k]! += weight * x![source + k]!;
  }),
);

registerHostKernel(AFFINE_SAMPLE_ADJOINT, ["dy", "matrices"], ([dy, matrices], [shape], dx) =>
  eachTap(matrices!, shape!, (source, target, channels, weight) => {
    for (let k = 0; k < channels; k++) dx[source + k]! += weight * dy![target + k]!;
  }),
);

registerImageKernel(
  AFFINE_SAMPLE,
  ["x", "matrices"],
  `
  fn tap(image : i32, row : i32, column : i32, channel : i32) -> f32 {
    if (row < 0 || row >= uniforms.height || column < 0 || column >= uniforms.width) { return 0.0; }
    return x[((image * uniforms.height + row) * uniforms.width + column) * uniforms.channels + channel];
  }
  fn compute(index : i32) {${IMAGE_PLACE}
    let m = image * 6;
    let u = matrices[m] * column + matrices[m + 1] * row + matrices[m + 2];
    let v = matrices[m + 3] * column + matrices[m + 4] * row + matrices[m + 5];
    let left = floor(u);
    let top = floor(v);
    let right = u - left; // weight of the right neighbour
    let low = v - top;
    let c = i32(left);
    let r = i32(top);
    let upper = tap(image, r, c, channel) * (1.0 - right) + tap(image, r, c + 1, channel) * right;
    let lower = tap(image, r + 1, c, channel) * (1.0 - right) + tap(image, r + 1, c + 1, channel) * right;
    result[index] = upper * (1.0 - low) + lower * low;
  }`,
);

// |p - M q| < 1 on both axes bounds q by the columns of |M⁻¹| around M⁻¹ p
registerImageKernel(
  AFFINE_SAMPLE_ADJOINT,
  ["dy", "matrices"],
  `
  fn compute(index : i32) {${IMAGE_PLACE}
    let m = image * 6;
    let a = matrices[m];
    let b = matrices[m + 1];
    let c = matrices[m + 2];
    let d = matrices[m + 3];
    let e = matrices[m + 4];
    let f = matrices[m + 5];
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
        let dx = abs(a * f32(p) + b * f32(q) + c - column);
        let dv = abs(d * f32(p) + e * f32(q) + f - row);
        let weight = max(0.0, 1.0 - dx) * max(0.0, 1.0 - dv);
        sum = sum + weight * dy[((image * uniforms.height + q) * uniforms.width + p) * uniforms.channels + channel];
      }
    }
    result[index] = sum;
  }`,
  16,
);

/** Calls `tap` for every pair of a source pixel and a target pixel whose weight is not zero. */
function eachTap(
  matrices: Float32Array,
  shape: number[],
  tap: (source: number, target: number, channels: number, weight: number) => void,
): void {
  const [n, height, width, channels] = shape as [number, number, number, number];
  const rowSize = width * channels;
  for (let image = 0; image < n; image++) {
    const [a, b, c, d, e, f] = matrices.subarray(image * 6) as unknown as Six;
    const start = image * height * rowSize;
    if (a === 1 && b === 0 && c === 0 && d === 0 && e === 1 && f === 0) {
      tap(start, start, height * rowSize, 1); // the identity: one copy
      continue;
    }
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        const column = a * u + b * v + c;
        const row = d * u + e * v + f;
        const left = Math.floor(column);
        const top = Math.floor(row);
        const right = column - left; // weight of the right neighbour
        const low = row - top;
        const target = start + v * rowSize + u * channels;
        for (let i = 0; i < 2; i++) {
          const y = top + i;
          const rowWeight = i ? low : 1 - low;
          if (y < 0 || y >= height || rowWeight === 0) continue;
          for (let j = 0; j < 2; j++) {
            const x = left + j;
            const weight = rowWeight * (j ? right : 1 - right);
            if (x < 0 || x >= width || weight === 0) continue;
            tap(start + y * rowSize + x * channels, target, channels, weight);
          }
        }
      }
    }
  }
}

type Six = [number, number, number, number, number, number];
