/**
 * What the kernels of norm + ReLU + average pooling share. With z = γ x̂ + β and windows of size x size pixels that do not
 * overlap (a rest at the border is dropped; size 1 pools nothing):
 *
 *   y = mean over the window of max(z, 0)          x̂ = r (x - mean x),  r = 1 / sqrt(var x + 1e-5)
 *
 * Means are taken over the pixels of an image and over `sharing` neighbouring channels: one for instance norm, several for
 * group norm. Batch norm comes as one tall image. With given statistics (`live` is false) mean and r are constants.
 *
 * Every pass computes z by the same expression, so all agree on which units are on. Sums over an image are kept as
 * [images, kinds, channels] (pixelSums.ts).
 */

export interface NormBlockAttributes {
  /** Of the block's input: [n, height, width, channels]. */
  inputShape: readonly number[];
  /** Of a pooling window. */
  size: number;
  /** Where γ and β lie in the vector of weights. */
  gammaAt: number;
  betaAt: number;
  /** Neighbouring channels with common statistics. */
  sharing: number;
  /** False where the statistics are given, and so have no derivative. */
  live: boolean;
}

/** Attributes of passes that take tangents of the weights, which may differ from group to group. */
export interface NormTangentAttributes extends NormBlockAttributes {
  tangentGammaAt: number;
  tangentBetaAt: number;
  /** Images that share one vector of tangents, and how far it is to the next. */
  imagesPerGroup: number;
  groupStride: number;
}

export function blockIntegers({
  inputShape,
  size,
  gammaAt,
  betaAt,
  sharing,
  live,
}: NormBlockAttributes): Record<string, number> {
  const [images = 0, height = 0, width = 0, channels = 0] = inputShape;
  const [outHeight, outWidth] = [Math.floor(height / size), Math.floor(width / size)];
  return {
    ...{ images, height, width, channels, outHeight, outWidth, window: size, gammaAt, betaAt },
    ...{ sharing, live: Number(live) },
  };
}

export function tangentIntegers(attributes: NormTangentAttributes): Record<string, number> {
  const { tangentGammaAt, tangentBetaAt, imagesPerGroup, groupStride } = attributes;
  return { ...blockIntegers(attributes), tangentGammaAt, tangentBetaAt, imagesPerGroup, groupStride };
}

/** The shape of the pooled output, and how many numbers that are. @param integers of `blockIntegers` */
export function outputOf({ images, outHeight, outWidth, channels }: Record<string, number>): {
  shape: number[];
  size: number;
} {
  const shape = [images!, outHeight!, outWidth!, channels!];
  return { shape, size: shape.reduce((product, side) => product * side, 1) };
}

/** WGSL: the image, channel and first pixel of the window of one number of the pooled output, of `size` in all. */
export const OUTPUT_PLACE = `
    if (index >= uniforms.size) { return; }
    let channel = index % uniforms.channels;
    let place = index / uniforms.channels;
    let column = place % uniforms.outWidth;
    let line = place / uniforms.outWidth;
    let image = line / uniforms.outHeight;
    let first = ((line % uniforms.outHeight) * uniforms.width + column) * uniforms.window;`;

/** WGSL: the image, channel and pixel of one number of x, of `size` in all. */
export const INPUT_PLACE = `
    if (index >= uniforms.size) { return; }
    let channel = index % uniforms.channels;
    let place = index / uniforms.channels;
    let count = uniforms.height * uniforms.width;
    let image = place / count;
    let pixel = place % count;`;

/** WGSL: over how many numbers a mean is taken, and the factor of what only computed statistics add. */
export const COUNT = `
  fn numbers() -> f32 { return f32(uniforms.height * uniforms.width * uniforms.sharing); }
  fn live() -> f32 { return f32(uniforms.live); }`;

/** WGSL: reads of `sums`, which hold so many kinds of each image and channel. */
export const sumsCode = (kinds: number): string => `${COUNT}
  fn sumAt(image : i32, kind : i32, channel : i32) -> f32 {
    return sums[(image * ${kinds} + kind) * uniforms.channels + channel];
  }
  fn share() -> f32 { return 1.0 / f32(uniforms.window * uniforms.window); }`;

/** WGSL: reads of x that several passes make, beside those of `sums`. */
export const BLOCK_READS = `
  fn at(image : i32, pixel : i32, channel : i32) -> i32 {
    return (image * uniforms.height * uniforms.width + pixel) * uniforms.channels + channel;
  }
  fn hat(image : i32, pixel : i32, channel : i32) -> f32 {
    return (x[at(image, pixel, channel)] - sumAt(image, 0, channel)) * sumAt(image, 1, channel);
  }
  fn isOn(hatValue : f32, channel : i32) -> bool {
    return hatValue * weights[uniforms.gammaAt + channel] + weights[uniforms.betaAt + channel] > 0.0;
  }
  fn pooledAt(image : i32, pixel : i32, channel : i32) -> i32 { // -1 outside of all windows
    let row = (pixel / uniforms.width) / uniforms.window;
    let column = (pixel % uniforms.width) / uniforms.window;
    if (row >= uniforms.outHeight || column >= uniforms.outWidth) { return -1; }
    return ((image * uniforms.outHeight + row) * uniforms.outWidth + column) * uniforms.channels + channel;
  }`;

/** Both. */
export const blockCode = (kinds: number): string => sumsCode(kinds) + BLOCK_READS;
