/**
 * What the passes of norm + ReLU + average pooling have in common in WebAssembly: how they go through tensors NHWC, and
 * x̂ and z of a pixel (formulas in ../normBlock.ts). Each row of an image is walked once for every four channels, so that
 * it comes from the cache after the first walk.
 */
import type { FunctionCode, NumbersVariable, Variable } from "../../assembler/functionCode";
import { chosen, isBelow, minus, plus, quotient, times, type Int } from "../../assembler/integers";
import { scalar, vector, type Lanes, type Numbers } from "../../assembler/lanes";

/** Neighbouring channels of an image: four, or one of those that are left over. */
export interface Channels {
  code: FunctionCode;
  lanes: Lanes;
  image: Int;
  /** Bytes from the first channel to these, and from a pixel to the next. */
  channel: Int;
  rowBytes: Int;
}

/** The same of one row of an image. */
export interface Row extends Channels {
  row: Int;
}

/** Bytes of all channels of a pixel. */
export const rowBytesOf = (code: FunctionCode): Int => code.let(times(code.argument("channels"), 4));

/** Goes through all channels of an image. */
export function eachChannels(
  code: FunctionCode,
  image: Int,
  rowBytes: Int,
  body: (channels: Channels) => void,
): void {
  const inLanes = (lanes: Lanes, from: Int) =>
    code.each(from, rowBytes, lanes.bytes, (channel) => body({ code, lanes, image, channel, rowBytes }));
  inLanes(scalar, inLanes(vector, 0));
}

/** Goes through all channels of every row of an image, of so many rows. */
export function eachRow(
  code: FunctionCode,
  image: Int,
  rowBytes: Int,
  rows: Int,
  body: (row: Row) => void,
): void {
  code.each(0, rows, 1, (row) =>
    eachChannels(code, image, rowBytes, (channels) => body({ ...channels, row })),
  );
}

/** The address of these channels in the pixel of this number, in a tensor whose last axis is the channels. */
export const addressOf = ({ code, channel, rowBytes }: Channels, tensor: string, pixel: Int): Int =>
  plus(code.argument(tensor), times(pixel, rowBytes), channel);

/** A kind of these channels, where `sums` has so many. */
export const sumAt = (channels: Channels, kinds: number, kind: number): NumbersVariable =>
  channels.code.let(
    channels.lanes.load(addressOf(channels, "sums", plus(times(channels.image, kinds), kind))),
  );

/** What a flat vector has for these channels, where the first one's is at `at`. */
export const weightAt = ({ code, lanes, channel }: Channels, vectorName: string, at: Int): NumbersVariable =>
  code.let(lanes.load(plus(code.argument(vectorName), times(at, 4), channel)));

/** What all passes compute of a pixel, by the same instructions, so that all agree on which units are on. */
export interface Norm {
  r: Numbers;
  gamma: Numbers;
  /** x - mean x. @param at bytes from the first number of x to these channels of the pixel */
  centred: (at: Int) => NumbersVariable;
  /** x̂ and z of that. */
  hat: (centred: Numbers) => NumbersVariable;
  z: (centred: Numbers) => Numbers;
}

/** @param kinds of `sums`, of which the first two are mean and r */
export function normOf(channels: Channels, kinds: number): Norm {
  const { code, lanes } = channels;
  const [mean, r] = [sumAt(channels, kinds, 0), sumAt(channels, kinds, 1)];
  const gamma = weightAt(channels, "weights", code.argument("gammaAt"));
  const beta = weightAt(channels, "weights", code.argument("betaAt"));
  const scale = code.let(lanes.mul(r, gamma));
  return {
    ...{ r, gamma },
    centred: (at) => code.let(lanes.sub(lanes.load(plus(code.argument("x"), at)), mean)),
    hat: (centred) => code.let(lanes.mul(centred, r)),
    z: (centred) => lanes.add(lanes.mul(centred, scale), beta),
  };
}

/** x̂′ of a pixel. @param at of the pixel, whose x̂ is `hat` */
export type HatDot = (at: Int, hat: Numbers) => NumbersVariable;

/** @param meanKind of mean ẋ, behind which q comes */
export function hatDotOf(channels: Channels, { r }: Norm, kinds: number, meanKind: number): HatDot {
  const { code, lanes } = channels;
  const [mean, q] = [sumAt(channels, kinds, meanKind), sumAt(channels, kinds, meanKind + 1)];
  return (at, hat) => {
    const centred = lanes.sub(lanes.load(plus(code.argument("xDot"), at)), mean);
    return code.let(lanes.mul(r, lanes.sub(centred, lanes.mul(hat, q))));
  };
}

/** Where the tangents of an image's group begin in `tangents`. */
export const tangentsOf = ({ code, image }: Channels): Int =>
  times(quotient(image, code.argument("imagesPerGroup")), code.argument("groupStride"));

/** 1 / pixels of a window. */
export const shareOf = ({ code, lanes }: Channels, window: number): NumbersVariable =>
  code.let(lanes.constant(1 / window ** 2));

/** What makes a mean over all numbers with common statistics of a sum; 0 where statistics are given. */
export function meanFactor({ code, lanes }: Channels): NumbersVariable {
  const numbers = times(code.argument("height"), code.argument("width"), code.argument("sharing"));
  return code.let(lanes.div(lanes.ofInteger(code.argument("live")), lanes.ofInteger(numbers)));
}

/** Bytes from the first number of x to these channels of a row's first pixel. */
function startOf({ code, image, channel, rowBytes }: Channels, row: Int): Variable<"i32"> {
  const line = plus(times(image, code.argument("height")), row);
  return code.let(plus(times(line, code.argument("width"), rowBytes), channel));
}

/** Bytes from the first number of a pooled tensor to these channels of a row's first window. */
function pooledStartOf({ code, image, channel, rowBytes }: Channels, row: Int): Variable<"i32"> {
  const line = plus(times(image, code.argument("outHeight")), row);
  return code.let(plus(times(line, code.argument("outWidth"), rowBytes), channel));
}

/** Goes through the pixels of a row. */
export function eachPixel(row: Row, body: (at: Int) => void): void {
  const { code, rowBytes } = row;
  const at = startOf(row, row.row);
  code.repeat(code.argument("width"), () => {
    body(at);
    code.advance(at, rowBytes);
  });
}

/**
 * Goes through the pixels of a row by windows.
 * @param inside gets where the pixel is, and where its window is in the pooled tensors
 * @param outside gets the pixels of no window, which are left out without it
 */
export function eachPooledPixel(
  row: Row,
  window: number,
  inside: (at: Int, pooledAt: Int) => void,
  outside?: (at: Int) => void,
): void {
  const { code, rowBytes } = row;
  const at = startOf(row, row.row);
  const pooledRow = code.let(quotient(row.row, window));
  const pooledAt = pooledStartOf(row, pooledRow);
  const windows = code.let(
    chosen(isBelow(pooledRow, code.argument("outHeight")), code.argument("outWidth"), 0),
  );
  code.repeat(windows, () => {
    for (let i = 0; i < window; i++) {
      inside(at, pooledAt);
      code.advance(at, rowBytes);
    }
    code.advance(pooledAt, rowBytes);
  });
  if (!outside) return;
  code.repeat(minus(code.argument("width"), times(windows, window)), () => {
    outside(at);
    code.advance(at, rowBytes);
  });
}

/** Writes what a row of the pooled output is: means over its windows of a value that each pixel has. */
export function writePooledRow(row: Row, window: number, value: (at: Int) => Numbers): void {
  const { code, lanes, rowBytes } = row;
  const share = shareOf(row, window);
  const at = startOf(row, times(row.row, window));
  const pooledAt = pooledStartOf(row, row.row);
  const lineBytes = code.let(times(code.argument("width"), rowBytes));
  code.repeat(code.argument("outWidth"), () => {
    const terms = Array.from({ length: window ** 2 }, (_, i) =>
      value(code.let(plus(at, times(Math.floor(i / window), lineBytes), times(i % window, rowBytes)))),
    );
    const sum = terms.reduce((before, term) => lanes.add(before, term));
    code.store(lanes, plus(code.argument("result"), pooledAt), lanes.mul(sum, share));
    code.advance(at, times(window, rowBytes));
    code.advance(pooledAt, rowBytes);
  });
}
