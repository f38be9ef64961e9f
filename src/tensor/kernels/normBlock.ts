/**
 * What the kernels of instance norm + ReLU + average pooling share. With z = γ x̂ + β of each image and channel and
 * windows of size x size pixels that do not overlap (a rest at the border is dropped; size 1 pools nothing):
 *
 *   y = mean over the window of max(z, 0)          x̂ = r (x - mean x),  r = 1 / sqrt(var x + 1e-5)
 *
 * Every pass computes z by the same expression, so all agree on which units are on. Sums over an image are kept as
 * [images, kinds, channels]: one thread for 32 channels side by side and every eighth pixel, added up in workgroup
 * memory ("tiled"), or one thread for all pixels of an image and channel ("direct").
 */
import type * as tf from "@tensorflow/tfjs";
import { kernelVariant } from "./variant";
import { MAX_WORKGROUPS, type Program } from "./webgpuProgram";

export interface NormBlockAttributes {
  /** Of the block's input: [n, height, width, channels]. */
  inputShape: readonly number[];
  /** Of a pooling window. */
  size: number;
  /** Where γ and β lie in the vector of weights. */
  gammaAt: number;
  betaAt: number;
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
}: NormBlockAttributes): Record<string, number> {
  const [images = 0, height = 0, width = 0, channels = 0] = inputShape;
  const [outHeight, outWidth] = [Math.floor(height / size), Math.floor(width / size)];
  return { images, height, width, channels, outHeight, outWidth, window: size, gammaAt, betaAt };
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

/** Reads that several passes make; `kinds` is how many sums `sums` holds of each image and channel. */
export const blockCode = (kinds: number): string => `
  fn at(image : i32, pixel : i32, channel : i32) -> i32 {
    return (image * uniforms.height * uniforms.width + pixel) * uniforms.channels + channel;
  }
  fn sumAt(image : i32, kind : i32, channel : i32) -> f32 {
    return sums[(image * ${kinds} + kind) * uniforms.channels + channel];
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
  }
  fn share() -> f32 { return 1.0 / f32(uniforms.window * uniforms.window); }
  fn pixels() -> f32 { return f32(uniforms.height * uniforms.width); }`;

const CHANNELS = 32;
const LANES = 8;

/**
 * A program that sums over the pixels of every image and channel.
 * @param pixel WGSL that adds to `s` (array<f32, sums>) for `pixel` of `image` and `channel`
 * @param write WGSL that writes from `s` with `put(kind, value)`; `kinds` are written
 * @param before WGSL once before the loop
 */
export function pixelSums(options: {
  key: string;
  code: string;
  inputs: Readonly<Record<string, tf.TensorInfo>>;
  integers: Readonly<Record<string, number>>;
  images: number;
  channels: number;
  sums: number;
  kinds: number;
  before?: string;
  pixel: string;
  write: string;
}): Program {
  const { key, inputs, integers, images, channels, sums, kinds } = options;
  const groups = [Math.ceil(channels / CHANNELS), images, 1] as const;
  const tiled = kernelVariant() === "tiled" && images <= MAX_WORKGROUPS;
  const lanes = tiled ? LANES : 1;
  const body = `
    let count = uniforms.height * uniforms.width;
    ${options.before ?? ""}
    var s : array<f32, ${sums}>;
    for (var pixel = lane; pixel < count; pixel = pixel + ${lanes}) { ${options.pixel} }`;
  const put = `
  fn put(image : i32, kind : i32, channel : i32, value : f32) {
    result[(image * ${kinds} + kind) * uniforms.channels + channel] = value;
  }`;
  const shape = [images, kinds, channels];
  if (tiled)
    return {
      key: `${key} tiled`,
      code: `${options.code}${put}
  var<workgroup> laneSums : array<array<array<f32, ${CHANNELS}>, ${LANES}>, ${sums}>;
  fn main() {
    let image = i32(workgroupId.y);
    let own = i32(workgroupId.x) * ${CHANNELS} + i32(localId.x);
    let channel = min(own, uniforms.channels - 1);
    let lane = i32(localId.y);
    ${body}
    for (var i = 0; i < ${sums}; i = i + 1) { laneSums[i][lane][localId.x] = s[i]; }
    workgroupBarrier();
    if (lane != 0 || own >= uniforms.channels) { return; }
    for (var i = 0; i < ${sums}; i = i + 1) {
      for (var other = 1; other < ${LANES}; other = other + 1) { s[i] = s[i] + laneSums[i][other][localId.x]; }
    }
    ${options.write}
  }`,
      ...{ inputs, integers, shape, workgroups: groups, workgroupSize: [CHANNELS, LANES] },
    };
  return {
    key: `${key} direct`,
    code: `${options.code}${put}
  fn main(index : i32) {
    if (index >= uniforms.images * uniforms.channels) { return; }
    let image = index / uniforms.channels;
    let channel = index % uniforms.channels;
    let lane = 0;
    ${body}
    ${options.write}
  }`,
    ...{ inputs, integers, shape, workgroups: images * channels },
  };
}
