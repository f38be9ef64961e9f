/**
 * Norm + ReLU + average pooling, the tangent of the backward pass. With g = [z > 0] dy / window, ġ the same of ḋy,
 * u = γ g, u̇ = γ ġ + γ̇ g, and x̂′, q of the tangent forward pass,
 *
 *   ḋγ = Σ (ġ x̂ + g x̂′)     ḋβ = Σ ġ
 *   ḋx = r (u̇ - mean u̇ - x̂ mean(u̇ x̂)) - r q dx - r x̂′ mean(u x̂) - r x̂ mean(u x̂′)
 *
 *   NORM_TANGENT_BACKWARD_SUMS  what NORM_BLOCK_SUMS has; Σ ġ, Σ ġ x̂, Σ g x̂′; mean ẋ, q; mean u̇, mean(u̇ x̂),
 *                               mean(u x̂′); bound: x, ẋ, dy, ḋy once
 *   NORM_BLOCK_INPUT_GRAD_DOT   ḋx; bound: x, ẋ, dy, ḋy, ḋx once
 *
 * About 20 + 30 FLOPs per number of x. The sums carry the earlier ones along, so that no pass binds more than the
 * eight buffers that every device allows.
 */
import {
  BLOCK_READS,
  blockCode,
  INPUT_PLACE,
  sumsCode,
  tangentIntegers,
  type NormTangentAttributes,
} from "./normBlock";
import { runPixelSums } from "./pixelSums";
import { inputsOf, registerWebGpuKernel } from "./webgpuProgram";

/** (x, sums [n, 4, c] of the tangent forward pass, xDot, weights, tangents, dy, dyDot) -> [n, 14, c] */
export const NORM_TANGENT_BACKWARD_SUMS = "NormTangentBackwardSums";
/** (x, sums [n, 14, c], xDot, weights, tangents, dy, dyDot) -> ḋx */
export const NORM_BLOCK_INPUT_GRAD_DOT = "NormBlockInputGradDot";

/** How many sums of each image and channel the second pass reads, and which make ḋγ and ḋβ. */
export const TANGENT_BACKWARD_KINDS = { count: 14, gamma: [7, 8], beta: 6 } as const;

const { count: KINDS } = TANGENT_BACKWARD_KINDS;

registerWebGpuKernel<NormTangentAttributes>(NORM_TANGENT_BACKWARD_SUMS, ({ inputs, attributes, ...call }) =>
  runPixelSums(
    {
      key: NORM_TANGENT_BACKWARD_SUMS,
      code: sumsCode(4),
      pixelCode: BLOCK_READS,
      inputs: inputsOf(inputs, ["x", "sums", "xDot", "weights", "tangents", "dy", "dyDot"]),
      integers: tangentIntegers(attributes),
      ...{ sums: 5, groupSums: 5, kinds: KINDS, writeInputs: ["sums", "weights", "tangents"] },
      groupInputs: ["tangents"],
      before: `
    let r = sumAt(image, 1, channel);
    let xDotMean = sumAt(image, 2, channel);
    let q = sumAt(image, 3, channel);
    let tangent = (image / uniforms.imagesPerGroup) * uniforms.groupStride + uniforms.tangentGammaAt;`,
      pixel: `
      let source = pooledAt(image, pixel, channel);
      let h = hat(image, pixel, channel);
      if (source >= 0 && isOn(h, channel)) {
        let g = dy[source];
        let gDot = dyDot[source];
        s[0] = s[0] + g;
        s[1] = s[1] + g * h;
        s[2] = s[2] + gDot;
        s[3] = s[3] + gDot * h;
        s[4] = s[4] + g * r * (xDot[at(image, pixel, channel)] - xDotMean - h * q);
      }`,
      group: `
      let gamma = weights[uniforms.gammaAt + c];
      let gammaDot = tangents[tangent + c];
      m[0] = m[0] + gamma * t[0];
      m[1] = m[1] + gamma * t[1];
      m[2] = m[2] + gamma * t[2] + gammaDot * t[0];
      m[3] = m[3] + gamma * t[3] + gammaDot * t[1];
      m[4] = m[4] + gamma * t[4];`,
      write: `
    put(image, 0, channel, sumAt(image, 0, channel));
    put(image, 1, channel, r);
    let means = live() * share() / numbers();
    for (var i = 0; i < 2; i = i + 1) {
      put(image, 2 + i, channel, s[i] * share());
      put(image, 4 + i, channel, m[i] * means);
    }
    for (var i = 2; i < 5; i = i + 1) {
      put(image, 4 + i, channel, s[i] * share());
      put(image, 9 + i, channel, m[i] * means);
    }
    put(image, 9, channel, xDotMean);
    put(image, 10, channel, q);`,
    },
    call,
  ),
);

registerWebGpuKernel<NormTangentAttributes>(NORM_BLOCK_INPUT_GRAD_DOT, ({ inputs, attributes, run }) => {
  const { inputShape } = attributes;
  const size = inputShape.reduce((product, side) => product * side, 1);
  return run({
    key: NORM_BLOCK_INPUT_GRAD_DOT,
    code: `${blockCode(KINDS)}
  fn compute(index : i32) {${INPUT_PLACE}
    let gamma = weights[uniforms.gammaAt + channel];
    let tangent = (image / uniforms.imagesPerGroup) * uniforms.groupStride;
    let gammaDot = tangents[tangent + uniforms.tangentGammaAt + channel];
    let r = sumAt(image, 1, channel);
    let q = sumAt(image, 10, channel);
    let h = hat(image, pixel, channel);
    let hDot = r * (xDot[index] - sumAt(image, 9, channel) - h * q);
    let source = pooledAt(image, pixel, channel);
    var g = 0.0;
    var gDot = 0.0;
    if (source >= 0 && isOn(h, channel)) {
      g = dy[source] * share();
      gDot = dyDot[source] * share();
    }
    let u = gamma * g;
    let uDot = gamma * gDot + gammaDot * g;
    let along = sumAt(image, 5, channel);
    let dx = r * (u - sumAt(image, 4, channel) - h * along);
    let bent = q * dx + hDot * along + h * sumAt(image, 13, channel);
    result[index] = r * (uDot - sumAt(image, 11, channel) - h * sumAt(image, 12, channel) - bent);
  }`,
    inputs: inputsOf(inputs, ["x", "sums", "xDot", "weights", "tangents", "dy", "dyDot"]),
    integers: { ...tangentIntegers(attributes), size },
    shape: inputShape,
    workgroups: size,
  });
});
