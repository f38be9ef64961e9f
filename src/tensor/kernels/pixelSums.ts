/**
 * Sums over the pixels of every image and channel, and means over channels that share statistics, as
 * [images, kinds, channels].
 *
 * One dispatch where an image has statistics of its own in every channel: one thread for 32 channels side by side and every
 * eighth pixel, added up in workgroup memory ("tiled"), or one thread for all pixels of an image and channel ("direct").
 * Otherwise two: the sums of parts of the pixels, and then those of all parts and of the channels that belong together.
 */
import type * as tf from "@tensorflow/tfjs";
import { kernelVariant } from "./variant";
import { MAX_WORKGROUPS } from "./programParts";
import { inputsOf, type KernelCall, type Program } from "./webgpuProgram";

export interface PixelSums {
  key: string;
  /** WGSL that everything may call, and what `pixel` calls beside that. */
  code: string;
  pixelCode?: string;
  inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** With images, height, width, channels and sharing, as of `blockIntegers`. */
  integers: Readonly<Record<string, number>>;
  /** Sums over pixels, `s`; sums of these over channels that belong together, `m`; and numbers that are written. */
  sums: number;
  groupSums: number;
  kinds: number;
  /** WGSL once before the loop over pixels, and before `write`; knows `image`, `channel`, `count` of pixels. */
  before?: string;
  /** WGSL that adds to `s` for `pixel` of `image` and `channel`. */
  pixel: string;
  /** WGSL that adds to `m` for the channel `c`, whose sums are `t`. */
  group: string;
  /** WGSL that writes with `put(image, kind, channel, value)`, from `s` and `m`. */
  write: string;
  /** The inputs that `before`, `group` and `write` read, and those that nothing but `group` reads. */
  writeInputs: readonly string[];
  groupInputs?: readonly string[];
}

const CHANNELS = 32;
const LANES = 8;
/** Pixels of one part, where an image is cut. */
const PART_PIXELS = 1024;
const MOST_PARTS = 512;

export function runPixelSums(options: PixelSums, { run, free }: Pick<KernelCall<unknown>, "run" | "free">) {
  const { images = 0, height = 0, width = 0, sharing = 1 } = options.integers;
  const parts = images > 1 ? 1 : Math.min(MOST_PARTS, Math.ceil((height * width) / PART_PIXELS));
  if (parts === 1 && sharing === 1)
    return run(overPixels(options, { name: "", parts: 1, kinds: options.kinds, write: written(options) }));
  const write = `
    for (var i = 0; i < ${options.sums}; i = i + 1) { put(block, i, channel, s[i]); }`;
  const { groupInputs = [] } = options;
  const inputs = Object.fromEntries(
    Object.entries(options.inputs).filter(([name]) => !groupInputs.includes(name)), // bound has to be what is read
  );
  const partSums = run(
    overPixels({ ...options, inputs }, { name: "parts", parts, kinds: options.sums, write }),
  );
  const result = run(overParts(options, partSums, parts));
  free(partSums);
  return result;
}

/** From the sums of the own channel alone. */
const written = ({ groupSums, group, write }: PixelSums): string => `
    var m : array<f32, ${groupSums}>;
    { let c = channel; let t = s; ${group} }
    ${write}`;

const putCode = (kinds: number): string => `
  fn put(image : i32, kind : i32, channel : i32, value : f32) {
    result[(image * ${kinds} + kind) * uniforms.channels + channel] = value;
  }`;

interface Pass {
  name: string;
  parts: number;
  kinds: number;
  write: string;
}

function overPixels(options: PixelSums, { name, parts, kinds, write }: Pass): Program {
  const { key, inputs, sums } = options;
  const { images = 0, channels = 0, height = 0, width = 0 } = options.integers;
  const perPart = Math.ceil((height * width) / parts);
  const integers = { ...options.integers, parts, perPart };
  const isTiled = kernelVariant() === "tiled" && images * parts <= MAX_WORKGROUPS;
  const lanes = isTiled ? LANES : 1;
  const code = options.code + (options.pixelCode ?? "") + putCode(kinds);
  const body = `
    let image = block / uniforms.parts;
    let part = block % uniforms.parts;
    let count = uniforms.height * uniforms.width;
    ${options.before ?? ""}
    let last = min(count, (part + 1) * uniforms.perPart);
    var s : array<f32, ${sums}>;
    for (var pixel = part * uniforms.perPart + lane; pixel < last; pixel = pixel + ${lanes}) { ${options.pixel} }`;
  const shape = [images * parts, kinds, channels];
  if (isTiled)
    return {
      key: `${key} ${name} tiled`,
      code: `${code}
  var<workgroup> laneSums : array<array<array<f32, ${CHANNELS}>, ${LANES}>, ${sums}>;
  fn compute() {
    let block = i32(workgroupId.y);
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
    ${write}
  }`,
      ...{ inputs, integers, shape, workgroupSize: [CHANNELS, LANES] },
      workgroups: [Math.ceil(channels / CHANNELS), images * parts, 1],
    };
  return {
    key: `${key} ${name} direct`,
    code: `${code}
  fn compute(index : i32) {
    if (index >= uniforms.images * uniforms.parts * uniforms.channels) { return; }
    let block = index / uniforms.channels;
    let channel = index % uniforms.channels;
    let lane = 0;
    ${body}
    ${write}
  }`,
    ...{ inputs, integers, shape, workgroups: images * parts * channels },
  };
}

/** One thread per image and channel, which adds up the parts of all channels that belong to it. */
function overParts(options: PixelSums, partSums: tf.TensorInfo, parts: number): Program {
  const { key, sums, groupSums, kinds, writeInputs, inputs } = options;
  const { images = 0, channels = 0 } = options.integers;
  const read = inputsOf(inputs, writeInputs);
  return {
    key: `${key} from parts`,
    code: `${options.code}${putCode(kinds)}
  fn compute(index : i32) {
    if (index >= uniforms.images * uniforms.channels) { return; }
    let image = index / uniforms.channels;
    let channel = index % uniforms.channels;
    let count = uniforms.height * uniforms.width;
    ${options.before ?? ""}
    var s : array<f32, ${sums}>;
    var m : array<f32, ${groupSums}>;
    let first = channel / uniforms.sharing * uniforms.sharing;
    for (var c = first; c < first + uniforms.sharing; c = c + 1) {
      var t = array<f32, ${sums}>(); // without a value it keeps that of the last round on SwiftShader
      for (var part = 0; part < uniforms.parts; part = part + 1) {
        for (var i = 0; i < ${sums}; i = i + 1) {
          t[i] = t[i] + partSums[((image * uniforms.parts + part) * ${sums} + i) * uniforms.channels + c];
        }
      }
      if (c == channel) { s = t; }
      ${options.group}
    }
    ${options.write}
  }`,
    inputs: { ...read, partSums },
    integers: { ...options.integers, parts },
    shape: [images, kinds, channels],
    workgroups: images * channels,
  };
}
