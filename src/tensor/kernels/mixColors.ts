/**
 * Each image's own mixture of its numbers, their mean over the channels of a pixel and over the whole image:
 *
 *   y = g₀ x + g₁ mean_c(x) + g₂ mean(x) + g₃
 *
 * The mean of the image comes in, because it is a reduction; the rest is one pass.
 */
import { registerHostKernel } from "./hostKernel";
import { IMAGE_PLACE, registerImageKernel } from "./imageKernel";

export const MIX_COLORS = "MixColors"; // (x [n, h, w, c], mean [n, 1], gains [n, 4]) -> [n, h, w, c]

registerHostKernel(MIX_COLORS, ["x", "mean", "gains"], ([x, mean, gains], [shape], y) => {
  const [n, height, width, channels] = shape as [number, number, number, number];
  const size = height * width * channels;
  for (let image = 0; image < n; image++) {
    const [own, ofPixel, ofImage, offset] = gains!.subarray(image * 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const constant = ofImage * mean![image]! + offset;
    for (let at = image * size; at < (image + 1) * size; at += channels) {
      let sum = 0;
      for (let k = 0; k < channels; k++) sum += x![at + k]!;
      const common = (ofPixel * sum) / channels + constant;
      for (let k = 0; k < channels; k++) y[at + k] = own * x![at + k]! + common;
    }
  }
});

registerImageKernel(
  MIX_COLORS,
  ["x", "mean", "gains"],
  `
  fn compute(index : i32) {${IMAGE_PLACE}
    let first = index - channel;
    var sum = 0.0;
    for (var k = 0; k < uniforms.channels; k = k + 1) { sum = sum + x[first + k]; }
    let g = image * 4;
    let mixed = gains[g] * x[index] + gains[g + 1] * sum / f32(uniforms.channels) + gains[g + 2] * mean[image];
    result[index] = mixed + gains[g + 3];
  }`,
);
