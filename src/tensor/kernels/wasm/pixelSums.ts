/**
 * Sums over the pixels of every image and channel, as ../pixelSums.ts makes them on WebGPU. A row is added up by itself
 * and then to those before, which rounds less than one long sum.
 */
import type { FunctionCode } from "../../assembler/functionCode";
import { plus, times, type Int } from "../../assembler/integers";
import { scalar, type Numbers } from "../../assembler/lanes";
import { addressOf, eachChannels, eachRow, rowBytesOf, type Channels, type Row } from "./normLoops";

/** One walk over the pixels of an image. */
export interface PixelSums {
  /** The kinds of the result that hold the sums until `finish`. */
  sums: readonly number[];
  /** Calls `add` for each pixel of a row, with what it adds to each sum. */
  walk: (row: Row, add: (terms: readonly Numbers[]) => void) => void;
  /** Calls `put` for the kinds that it writes. @param sums over the pixels of the image */
  finish: (channels: Channels, sums: readonly Numbers[], put: (kind: number, value: Numbers) => void) => void;
  /** What is left to do for channels that share statistics. */
  merge?: (run: Run) => void;
}

/** Neighbouring channels of an image that share statistics. */
export interface Run {
  code: FunctionCode;
  /** Goes through them; `place` is the address of a kind of the one it is at. */
  each: (body: (place: (kind: number) => Int) => void) => void;
}

/** The address of a kind of these channels in a result of so many kinds. */
export const resultAt = (channels: Channels, kinds: number, kind: number): Int =>
  addressOf(channels, "result", plus(times(channels.image, kinds), kind));

/** Writes `result`, [images, kinds, channels]: all walks of one image, then of the next. */
export function writePixelSums(code: FunctionCode, kinds: number, walks: readonly PixelSums[]): void {
  const rowBytes = rowBytesOf(code);
  code.each(0, code.argument("images"), 1, (image) => {
    for (const walk of walks) writeWalk(code, image, rowBytes, kinds, walk);
  });
}

function writeWalk(
  code: FunctionCode,
  image: Int,
  rowBytes: Int,
  kinds: number,
  { sums, walk, finish, merge }: PixelSums,
): void {
  eachChannels(code, image, rowBytes, (channels) => {
    for (const kind of sums)
      code.store(channels.lanes, resultAt(channels, kinds, kind), channels.lanes.constant(0));
  });
  eachRow(code, image, rowBytes, code.argument("height"), (row) => {
    const { lanes } = row;
    const ofRow = sums.map(() => code.let(lanes.constant(0)));
    walk(row, (terms) => ofRow.forEach((sum, i) => code.set(sum, lanes.add(sum, terms[i]!))));
    ofRow.forEach((sum, i) => {
      const place = code.let(resultAt(row, kinds, sums[i]!));
      code.store(lanes, place, lanes.add(lanes.load(place), sum));
    });
  });
  eachChannels(code, image, rowBytes, (channels) => {
    const { lanes } = channels;
    const totals = sums.map((kind) => code.let(lanes.load(resultAt(channels, kinds, kind))));
    finish(channels, totals, (kind, value) => code.store(lanes, resultAt(channels, kinds, kind), value));
  });
  if (!merge) return;
  const runBytes = code.let(times(code.argument("sharing"), scalar.bytes));
  code.each(0, rowBytes, runBytes, (first) => {
    const end = code.let(plus(first, runBytes));
    merge({
      code,
      each: (body) =>
        code.each(first, end, scalar.bytes, (channel) =>
          body((kind) => resultAt({ code, lanes: scalar, image, channel, rowBytes }, kinds, kind)),
        ),
    });
  });
}

/** Replaces kinds of every channel by their sums over its run. */
export const addUp =
  (kinds: readonly number[]) =>
  ({ code, each }: Run): void => {
    for (const kind of kinds) {
      const sum = code.let(scalar.constant(0));
      each((place) => code.set(sum, scalar.add(sum, scalar.load(place(kind)))));
      each((place) => code.store(scalar, place(kind), sum));
    }
  };
