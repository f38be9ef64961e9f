/**
 * Norm + ReLU + average pooling, forward (formula in normBlock.ts).
 *
 *   NORM_STATISTICS  mean x and r of each image and channel; bound: x once
 *   NORM_BLOCK       y; bound: x once, y once (a quarter for windows of 2 x 2)
 *
 * Variances are taken around the first pixel, which costs no second pass and loses no digits to a large mean.
 * About 4 + 5 FLOPs per number of x: both passes are bound by memory.
 */
import {
  blockCode,
  blockIntegers,
  COUNT,
  OUTPUT_PLACE,
  outputOf,
  type NormBlockAttributes,
} from "./normBlock";
import { runPixelSums } from "./pixelSums";
import { inputsOf, registerWebGpuKernel } from "./webgpuProgram";

export const NORM_STATISTICS = "NormStatistics"; // (x) -> [n, 2, channels]
export const NORM_BLOCK = "NormBlock"; // (x, sums [n, 2, channels], weights) -> y

registerWebGpuKernel<NormBlockAttributes>(NORM_STATISTICS, ({ inputs, attributes, ...call }) =>
  runPixelSums(
    {
      key: NORM_STATISTICS,
      code: COUNT,
      inputs: inputsOf(inputs, ["x"]),
      integers: blockIntegers(attributes),
      ...{ sums: 2, groupSums: 2, kinds: 2, writeInputs: ["x"] },
      before: `
    let start = image * count * uniforms.channels;
    let shift = x[start + channel / uniforms.sharing * uniforms.sharing];`,
      pixel: `
      let v = x[start + pixel * uniforms.channels + channel] - shift;
      s[0] = s[0] + v;
      s[1] = s[1] + v * v;`,
      group: "m[0] = m[0] + t[0]; m[1] = m[1] + t[1];",
      write: `
    let mean = m[0] / numbers();
    put(image, 0, channel, mean + shift);
    put(image, 1, channel, inverseSqrt(max(m[1] / numbers() - mean * mean, 0.0) + 0.00001));`,
    },
    call,
  ),
);

registerWebGpuKernel<NormBlockAttributes>(NORM_BLOCK, ({ inputs, attributes, run }) => {
  const integers = blockIntegers(attributes);
  const { shape, size } = outputOf(integers);
  return run({
    key: NORM_BLOCK,
    code: `${blockCode(2)}
  fn compute(index : i32) {${OUTPUT_PLACE}
    let gamma = weights[uniforms.gammaAt + channel];
    let beta = weights[uniforms.betaAt + channel];
    var sum = 0.0;
    for (var i = 0; i < uniforms.window; i = i + 1) {
      for (var j = 0; j < uniforms.window; j = j + 1) {
        sum = sum + max(hat(image, first + i * uniforms.width + j, channel) * gamma + beta, 0.0);
      }
    }
    result[index] = sum * share();
  }`,
    inputs: inputsOf(inputs, ["x", "sums", "weights"]),
    integers: { ...integers, size },
    shape,
    workgroups: size,
  });
});
