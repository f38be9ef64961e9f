/**
 * Norm + ReLU + average pooling, backward. With g the gradient that reaches z, g = [z > 0] dy / window, and u = γ g,
 *
 *   dγ = Σ g x̂     dβ = Σ g     dx = r (u - mean u - x̂ mean(u x̂)), without means where the statistics are given
 *
 *   NORM_BLOCK_SUMS         mean, r, Σ g, Σ g x̂, mean u, mean(u x̂) for each image and channel; bound: x once, dy once
 *   NORM_BLOCK_INPUT_GRAD   dx; bound: x once, dy once, dx once
 *   NORM_BLOCK_WEIGHT_GRAD  dγ and dβ over each group of images; bound: the sums
 *
 * About 8 + 10 FLOPs per number of x: both large passes are bound by memory.
 */
import {
  BLOCK_READS,
  blockCode,
  blockIntegers,
  INPUT_PLACE,
  sumsCode,
  type NormBlockAttributes,
} from "./normBlock";
import { runPixelSums } from "./pixelSums";
import { inputsOf, registerWebGpuKernel } from "./webgpuProgram";

export const NORM_BLOCK_SUMS = "NormBlockSums"; // (x, sums [n, 2, c], weights, dy) -> [n, 6, c]
export const NORM_BLOCK_INPUT_GRAD = "NormBlockInputGrad"; // (x, sums [n, ≥ 6, c], weights, dy) -> dx
export const NORM_BLOCK_WEIGHT_GRAD = "NormBlockWeightGrad"; // (sums [n, kinds, c]) -> [groups, 2 c]

/** How many sums of each image and channel NORM_BLOCK_SUMS writes, and which make dγ and dβ. */
export const BACKWARD_KINDS = { count: 6, gamma: [3], beta: 2 } as const;

registerWebGpuKernel<NormBlockAttributes>(NORM_BLOCK_SUMS, ({ inputs, attributes, ...call }) =>
  runPixelSums(
    {
      key: NORM_BLOCK_SUMS,
      code: sumsCode(2),
      pixelCode: BLOCK_READS,
      inputs: inputsOf(inputs, ["x", "sums", "weights", "dy"]),
      integers: blockIntegers(attributes),
      ...{ sums: 2, groupSums: 2, kinds: BACKWARD_KINDS.count, writeInputs: ["sums", "weights"] },
      pixel: `
      let source = pooledAt(image, pixel, channel);
      let h = hat(image, pixel, channel);
      if (source >= 0 && isOn(h, channel)) {
        s[0] = s[0] + dy[source];
        s[1] = s[1] + dy[source] * h;
      }`,
      group: `
      let gamma = weights[uniforms.gammaAt + c];
      m[0] = m[0] + gamma * t[0];
      m[1] = m[1] + gamma * t[1];`,
      write: `
    put(image, 0, channel, sumAt(image, 0, channel));
    put(image, 1, channel, sumAt(image, 1, channel));
    for (var i = 0; i < 2; i = i + 1) {
      put(image, 2 + i, channel, s[i] * share());
      put(image, 4 + i, channel, live() * m[i] * share() / numbers());
    }`,
    },
    call,
  ),
);

registerWebGpuKernel<NormBlockAttributes & { kinds: number }>(
  NORM_BLOCK_INPUT_GRAD,
  ({ inputs, attributes, run }) => {
    const { inputShape, kinds } = attributes;
    const size = inputShape.reduce((product, side) => product * side, 1);
    return run({
      key: `${NORM_BLOCK_INPUT_GRAD} ${kinds}`,
      code: `${blockCode(kinds)}
  fn compute(index : i32) {${INPUT_PLACE}
    let h = hat(image, pixel, channel);
    let source = pooledAt(image, pixel, channel);
    var g = 0.0;
    if (source >= 0 && isOn(h, channel)) { g = dy[source] * share(); }
    let u = weights[uniforms.gammaAt + channel] * g;
    result[index] = sumAt(image, 1, channel) * (u - sumAt(image, 4, channel) - h * sumAt(image, 5, channel));
  }`,
      inputs: inputsOf(inputs, ["x", "sums", "weights", "dy"]),
      integers: { ...blockIntegers(attributes), size },
      shape: inputShape,
      workgroups: size,
    });
  },
);

export interface NormWeightGradAttributes {
  images: number;
  channels: number;
  groups: number;
  kinds: number;
  /** Which sums add up to dγ, and which is dβ. */
  gammaKinds: readonly number[];
  betaKind: number;
}

registerWebGpuKernel<NormWeightGradAttributes>(NORM_BLOCK_WEIGHT_GRAD, ({ inputs, attributes, run }) => {
  const { images, channels, groups, kinds, gammaKinds, betaKind } = attributes;
  const size = groups * 2 * channels;
  const value = (kind: number) => `sums[(image * ${kinds} + ${kind}) * uniforms.channels + channel]`;
  return run({
    key: `${NORM_BLOCK_WEIGHT_GRAD} ${kinds} ${gammaKinds.join()} ${betaKind}`,
    code: `
  fn compute(index : i32) {
    if (index >= uniforms.size) { return; }
    let channel = index % uniforms.channels;
    let half = (index / uniforms.channels) % 2;
    let first = index / (2 * uniforms.channels) * uniforms.perGroup;
    var sum = 0.0;
    for (var image = first; image < first + uniforms.perGroup; image = image + 1) {
      if (half == 0) { sum = sum + ${gammaKinds.map(value).join(" + ")}; } else { sum = sum + ${value(betaKind)}; }
    }
    result[index] = sum;
  }`,
    inputs: inputsOf(inputs, ["sums"]),
    integers: { size, channels, perGroup: images / groups },
    shape: [groups, 2 * channels],
    workgroups: size,
  });
});
