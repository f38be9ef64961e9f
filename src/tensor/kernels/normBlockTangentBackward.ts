/**
 * Instance norm + ReLU + average pooling, the tangent of the backward pass. With g = [z > 0] dy / window, ġ the same of
 * ḋy, u = γ g, u̇ = γ ġ + γ̇ g, and x̂′, q of the tangent forward pass,
 *
 *   ḋγ = Σ (ġ x̂ + g x̂′)     ḋβ = Σ ġ
 *   ḋx = r (u̇ - mean u̇ - x̂ mean(u̇ x̂)) - r q dx - r x̂′ mean(u x̂) - r x̂ mean(u x̂′)
 *
 *   NORM_TANGENT_BACKWARD_SUMS  mean, r, Σ g, Σ g x̂, Σ ġ, Σ ġ x̂, Σ g x̂′, mean ẋ, q; bound: x, ẋ, dy, ḋy once
 *   NORM_BLOCK_INPUT_GRAD_DOT   ḋx; bound: x, ẋ, dy, ḋy, ḋx once
 *
 * About 20 + 30 FLOPs per number of x. The sums carry the earlier ones along, so that no pass binds more than the
 * eight buffers that every device allows.
 */
import {
  blockCode,
  pixelSums,
  blockIntegers,
  tangentIntegers,
  type NormBlockAttributes,
  type NormTangentAttributes,
} from "./normBlock";
import { registerWebGpuKernel } from "./webgpuProgram";

/** (x, sums [n, 4, c] of the tangent forward pass, xDot, weights, dy, dyDot) -> [n, 9, c] */
export const NORM_TANGENT_BACKWARD_SUMS = "NormTangentBackwardSums";
/** (x, sums [n, 9, c], xDot, weights, tangents, dy, dyDot) -> ḋx */
export const NORM_BLOCK_INPUT_GRAD_DOT = "NormBlockInputGradDot";

/** How many sums of each image and channel the second pass reads, and which make ḋγ and ḋβ. */
export const TANGENT_BACKWARD_KINDS = { count: 9, gamma: [5, 6], beta: 4 } as const;

const { count: KINDS } = TANGENT_BACKWARD_KINDS;

registerWebGpuKernel<NormBlockAttributes>(NORM_TANGENT_BACKWARD_SUMS, ({ inputs, attributes, run }) => {
  const [images = 0, , , channels = 0] = attributes.inputShape;
  return run(
    pixelSums({
      key: NORM_TANGENT_BACKWARD_SUMS,
      code: blockCode(4),
      inputs: {
        x: inputs["x"]!,
        sums: inputs["sums"]!,
        xDot: inputs["xDot"]!,
        weights: inputs["weights"]!,
        dy: inputs["dy"]!,
        dyDot: inputs["dyDot"]!,
      },
      integers: blockIntegers(attributes),
      ...{ images, channels, sums: 5, kinds: KINDS },
      before: `
    let r = sumAt(image, 1, channel);
    let xDotMean = sumAt(image, 2, channel);
    let q = sumAt(image, 3, channel);`,
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
      write: `
    put(image, 0, channel, sumAt(image, 0, channel));
    put(image, 1, channel, r);
    for (var i = 0; i < 5; i = i + 1) { put(image, 2 + i, channel, s[i] * share()); }
    put(image, 7, channel, xDotMean);
    put(image, 8, channel, q);`,
    }),
  );
});

registerWebGpuKernel<NormTangentAttributes>(NORM_BLOCK_INPUT_GRAD_DOT, ({ inputs, attributes, run }) => {
  const { inputShape } = attributes;
  const size = inputShape.reduce((product, side) => product * side, 1);
  return run({
    key: NORM_BLOCK_INPUT_GRAD_DOT,
    code: `${blockCode(KINDS)}
  fn main(index : i32) {
    if (index >= uniforms.size) { return; }
    let channel = index % uniforms.channels;
    let place = index / uniforms.channels;
    let count = uniforms.height * uniforms.width;
    let image = place / count;
    let pixel = place % count;
    let gamma = weights[uniforms.gammaAt + channel];
    let tangent = (image / uniforms.imagesPerGroup) * uniforms.groupStride;
    let gammaDot = tangents[tangent + uniforms.tangentGammaAt + channel];
    let r = sumAt(image, 1, channel);
    let q = sumAt(image, 8, channel);
    let h = hat(image, pixel, channel);
    let hDot = r * (xDot[index] - sumAt(image, 7, channel) - h * q);
    let source = pooledAt(image, pixel, channel);
    var g = 0.0;
    var gDot = 0.0;
    if (source >= 0 && isOn(h, channel)) {
      g = dy[source] * share();
      gDot = dyDot[source] * share();
    }
    let gMean = sumAt(image, 2, channel) / pixels();
    let ghMean = sumAt(image, 3, channel) / pixels();
    let u = gamma * g;
    let uDot = gamma * gDot + gammaDot * g;
    let uDotMean = (gamma * sumAt(image, 4, channel)) / pixels() + gammaDot * gMean;
    let uDotHMean = (gamma * sumAt(image, 5, channel)) / pixels() + gammaDot * ghMean;
    let dx = r * (u - gamma * (gMean + h * ghMean));
    let bent = q * dx + hDot * gamma * ghMean + h * gamma * sumAt(image, 6, channel) / pixels();
    result[index] = r * (uDot - uDotMean - h * uDotHMean - bent);
  }`,
    inputs: {
      x: inputs["x"]!,
      sums: inputs["sums"]!,
      xDot: inputs["xDot"]!,
      weights: inputs["weights"]!,
      tangents: inputs["tangents"]!,
      dy: inputs["dy"]!,
      dyDot: inputs["dyDot"]!,
    },
    integers: { ...tangentIntegers(attributes), size },
    shape: inputShape,
    workgroups: size,
  });
});
