/** Norm + ReLU + average pooling in WebAssembly, forward; kernels as in ../normBlockForward.ts, 4 + 6 FLOPs per number. */
import type { NumbersVariable } from "../../assembler/functionCode";
import { plus, times, type Int } from "../../assembler/integers";
import { scalar, type Lanes, type Numbers } from "../../assembler/lanes";
import { blockIntegers, outputOf, type NormBlockAttributes } from "../normBlock";
import { NORM_BLOCK, NORM_STATISTICS } from "../normBlockForward";
import {
  addressOf,
  eachPixel,
  eachRow,
  normOf,
  rowBytesOf,
  writePooledRow,
  type Channels,
} from "./normLoops";
import { addUp, resultAt, writePixelSums, type PixelSums } from "./pixelSums";
import { registerWasmKernel } from "./program";

const EPSILON = 1e-5;

const inverseRoot = (lanes: Lanes, variance: Numbers): Numbers =>
  lanes.div(lanes.constant(1), lanes.sqrt(lanes.add(variance, lanes.constant(EPSILON))));

registerWasmKernel<NormBlockAttributes>(NORM_STATISTICS, ({ inputs, attributes, make, run }) => {
  const integers = blockIntegers(attributes);
  const isShared = attributes.sharing > 1;
  const result = make([integers["images"]!, 2, integers["channels"]!]);
  run({
    key: `${NORM_STATISTICS} ${isShared ? "shared" : ""}`,
    tensors: { x: inputs["x"]!, result },
    integers,
    write: (code) => writePixelSums(code, 2, [meanWalk(isShared), varianceWalk(isShared)]),
  });
  return result;
});

/** The mean, kind 0, of what pixels are off the image's first, so that a large one does not round. */
const meanWalk = (isShared: boolean): PixelSums => ({
  sums: [0],
  walk(row, add) {
    const first = firstPixel(row);
    eachPixel(row, (at) => add([row.lanes.sub(pixelAt(row, at), first)]));
  },
  finish(channels, [sum], put) {
    const { lanes } = channels;
    const mean = lanes.add(firstPixel(channels), lanes.div(sum!, pixelsOf(channels)));
    put(0, lanes.div(mean, sharingOf(channels)));
  },
  ...(isShared && { merge: addUp([0]) }),
});

/** 1 / sqrt of the mean square of what pixels are off the mean, kind 1. */
const varianceWalk = (isShared: boolean): PixelSums => ({
  sums: [1],
  walk(row, add) {
    const { code, lanes } = row;
    const mean = code.let(lanes.load(resultAt(row, 2, 0)));
    eachPixel(row, (at) => {
      const off = code.let(lanes.sub(pixelAt(row, at), mean));
      add([lanes.mul(off, off)]);
    });
  },
  finish(channels, [sum], put) {
    const { lanes } = channels;
    const variance = lanes.div(lanes.div(sum!, pixelsOf(channels)), sharingOf(channels));
    put(1, isShared ? variance : inverseRoot(lanes, variance));
  },
  ...(isShared && {
    merge(run) {
      addUp([1])(run);
      run.each((place) => run.code.store(scalar, place(1), inverseRoot(scalar, scalar.load(place(1)))));
    },
  }),
});

const pixelAt = ({ code, lanes }: Channels, at: Int): Numbers => lanes.load(plus(code.argument("x"), at));

const pixelsOf = ({ code, lanes }: Channels): Numbers =>
  lanes.ofInteger(times(code.argument("height"), code.argument("width")));

const sharingOf = ({ code, lanes }: Channels): Numbers => lanes.ofInteger(code.argument("sharing"));

function firstPixel(channels: Channels): NumbersVariable {
  const { code, lanes, image } = channels;
  const first = times(image, code.argument("height"), code.argument("width"));
  return code.let(lanes.load(addressOf(channels, "x", first)));
}

registerWasmKernel<NormBlockAttributes>(NORM_BLOCK, ({ inputs, attributes, make, run }) => {
  const { size: window } = attributes;
  const integers = blockIntegers(attributes);
  const result = make(outputOf(integers).shape);
  run({
    key: `${NORM_BLOCK} ${window}`,
    tensors: { x: inputs["x"]!, sums: inputs["sums"]!, weights: inputs["weights"]!, result },
    integers,
    write(code) {
      const rowBytes = rowBytesOf(code);
      code.each(0, code.argument("images"), 1, (image) =>
        eachRow(code, image, rowBytes, code.argument("outHeight"), (row) => {
          const { centred, z } = normOf(row, 2);
          writePooledRow(row, window, (at) => row.lanes.positive(z(centred(at))));
        }),
      );
    },
  });
  return result;
});
