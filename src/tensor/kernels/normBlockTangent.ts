/**
 * Norm + ReLU + average pooling, the tangent of the forward pass along (ẋ, γ̇, β̇):
 *
 *   x̂′ = r (ẋ - mean ẋ - x̂ q),  q = mean(x̂ ẋ)          ẏ = mean over the window of [z > 0] (γ x̂′ + γ̇ x̂ + β̇)
 *
 *   NORM_TANGENT_SUMS   mean, r, mean ẋ, q of each image and channel; bound: x and ẋ once
 *   NORM_BLOCK_TANGENT  ẏ; bound: x and ẋ once, ẏ once
 *
 * About 5 + 12 FLOPs per number of x: both passes are bound by memory.
 */
import {
  blockCode,
  blockIntegers,
  COUNT,
  OUTPUT_PLACE,
  outputOf,
  tangentIntegers,
  type NormBlockAttributes,
  type NormTangentAttributes,
} from "./normBlock";
import { runPixelSums } from "./pixelSums";
import { inputsOf, registerWebGpuKernel } from "./webgpuProgram";

export const NORM_TANGENT_SUMS = "NormTangentSums"; // (x, sums [n, 2, c], xDot) -> [n, 4, c]
export const NORM_BLOCK_TANGENT = "NormBlockTangent"; // (x, sums [n, 4, c], xDot, weights, tangents) -> ẏ

registerWebGpuKernel<NormBlockAttributes>(NORM_TANGENT_SUMS, ({ inputs, attributes, ...call }) =>
  runPixelSums(
    {
      key: NORM_TANGENT_SUMS,
      code: COUNT,
      inputs: inputsOf(inputs, ["x", "sums", "xDot"]),
      integers: blockIntegers(attributes),
      ...{ sums: 2, groupSums: 2, kinds: 4, writeInputs: ["sums"] },
      before: `
    let start = image * count * uniforms.channels + channel;
    let mean = sums[image * 2 * uniforms.channels + channel];
    let r = sums[(image * 2 + 1) * uniforms.channels + channel];`,
      pixel: `
      let place = start + pixel * uniforms.channels;
      s[0] = s[0] + xDot[place];
      s[1] = s[1] + xDot[place] * (x[place] - mean) * r;`,
      group: "m[0] = m[0] + t[0]; m[1] = m[1] + t[1];",
      write: `
    put(image, 0, channel, mean);
    put(image, 1, channel, r);
    put(image, 2, channel, live() * m[0] / numbers());
    put(image, 3, channel, live() * m[1] / numbers());`,
    },
    call,
  ),
);

registerWebGpuKernel<NormTangentAttributes>(NORM_BLOCK_TANGENT, ({ inputs, attributes, run }) => {
  const integers = tangentIntegers(attributes);
  const { shape, size } = outputOf(integers);
  return run({
    key: NORM_BLOCK_TANGENT,
    code: `${blockCode(4)}
  fn compute(index : i32) {${OUTPUT_PLACE}
    let tangent = (image / uniforms.imagesPerGroup) * uniforms.groupStride;
    let gammaDot = tangents[tangent + uniforms.tangentGammaAt + channel];
    let betaDot = tangents[tangent + uniforms.tangentBetaAt + channel];
    let gamma = weights[uniforms.gammaAt + channel];
    let r = sumAt(image, 1, channel);
    var sum = 0.0;
    for (var i = 0; i < uniforms.window; i = i + 1) {
      for (var j = 0; j < uniforms.window; j = j + 1) {
        let pixel = first + i * uniforms.width + j;
        let h = hat(image, pixel, channel);
        if (isOn(h, channel)) {
          let hDot = r * (xDot[at(image, pixel, channel)] - sumAt(image, 2, channel) - h * sumAt(image, 3, channel));
          sum = sum + gamma * hDot + gammaDot * h + betaDot;
        }
      }
    }
    result[index] = sum * share();
  }`,
    inputs: inputsOf(inputs, ["x", "sums", "xDot", "weights", "tangents"]),
    integers: { ...integers, size },
    shape,
    workgroups: size,
  });
});
