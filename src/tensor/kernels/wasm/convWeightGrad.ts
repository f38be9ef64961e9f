/**
 * A sum of gradients of convolutions towards filter and bias in WebAssembly; the result as in ../convWeightGrad.ts.
 *
 *   dw[r, c, i, o] = Σ over images and places (v, u) of x[v·stride + r - top, u·stride + c - left, i] dy[v, u, o]
 *   db[o]          = Σ over images and places of dy[v, u, o]
 *
 * For one filter row r, the numbers of x that (c, i) stand for are neighbours in memory. So each r is a product of
 * [columns · in, places] with [places, out], computed in tiles of TILE x 8 results, which stay in registers on their way
 * along the places of a chunk (paddedRows.ts). Each chunk's sum is added to what was there, which rounds little. 2 · places · rows · columns · in · out FLOPs.
 */
import type { FunctionCode } from "../../assembler/functionCode";
import { plus, quotient, times, type Int } from "../../assembler/integers";
import { scalar, vector, type Lanes } from "../../assembler/lanes";
import { CONV_WEIGHT_GRAD, type ConvWeightGradAttributes } from "../convWeightGrad";
import { eachChannels } from "./normLoops";
import { chunkIntegers, chunkOf, eachChunk, type Chunk, type PaddedShape } from "./paddedRows";
import { registerWasmKernel, type WasmProgram } from "./program";

/**
 * Results of a tile: so many of (c, i), by two vectors of out. The sums and all that one place loads fill the fifteen
 * registers there are: V8 puts a place's loads in front of its arithmetic, so larger tiles and unrolled loops are slower.
 */
const TILE = 4;
const CHUNK = { bytes: 32 * 1024, places: 128 };
/** Places whose dy are added up before they join the sum. */
const BIAS_PLACES = 256;

registerWasmKernel<ConvWeightGradAttributes>(CONV_WEIGHT_GRAD, ({ inputs, attributes, make, run, free }) => {
  const { inputShape, filterShape, outputShape, groups, terms, bias, stride, top, left } = attributes;
  const [n = 0] = inputShape;
  const [filterRows = 0, filterColumns = 0, , outputs = 0] = filterShape;
  const [, outHeight = 0, outWidth = 0] = outputShape;
  const perGroup = n / groups;
  const filterSize = filterShape.reduce((product, side) => product * side, 1);
  const result = make([groups, filterSize + (bias ? outputs : 0)]);
  const shape: PaddedShape = {
    ...{ shape: inputShape, spread: 1, filterRows, filterColumns, outHeight, outWidth, stride, top, left },
  };
  const chunk = chunkOf(shape, { ...CHUNK, lineBytes: 4 * outWidth * outputs });
  const padded = make(chunk.paddedShape);
  for (let group = 0; group < groups; group++) {
    const resultAt = group * result.shape[1]!;
    const firstImage = group * perGroup;
    for (let term = 0; term < terms; term++) {
      const tensors = { x: inputs[`x${term}`]!, dy: inputs[`dy${term}`]!, padded, result };
      const range = { resultAt, firstImage, images: perGroup, isFirst: Number(term === 0) };
      run(filterGrad(shape, chunk, outputs, tensors, range));
    }
    if (!bias) continue;
    const [firstPlace, places] = [firstImage, perGroup].map((images) => images * outHeight * outWidth);
    const range = { resultAt: resultAt + filterSize, outputs, firstPlace, places };
    run(biasGrad({ dy: inputs["dy0"]!, result }, range as BiasRange));
  }
  free(padded);
  return result;
});

/** Adds up one term for the images of one group. */
function filterGrad(
  padded: PaddedShape,
  chunk: Chunk,
  outputs: number,
  tensors: WasmProgram["tensors"],
  range: Record<string, number>,
): WasmProgram {
  const sideRest = (padded.filterColumns * padded.shape[3]!) % TILE;
  const outputsRest = outputs % (2 * vector.count);
  return {
    key: `${CONV_WEIGHT_GRAD} ${sideRest} ${outputsRest}`,
    tensors,
    integers: { ...range, ...chunkIntegers(padded, chunk), outputBytes: 4 * outputs },
    write: (code) => writeFilterGrad(code, sideRest, outputsRest),
  };
}

/** @param sideRest, outputsRest what is left over by TILE, and by two vectors */
function writeFilterGrad(code: FunctionCode, sideRest: number, outputsRest: number): void {
  const argument = (name: string) => code.argument(name);
  const [sideBytes, outputBytes] = [argument("sideBytes"), argument("outputBytes")];
  const resultAt = code.let(plus(argument("result"), times(argument("resultAt"), 4)));
  const filterRowBytes = code.let(times(quotient(sideBytes, 4), outputBytes));
  code.when(argument("isFirst"), () => code.clear(resultAt, times(argument("filterRows"), filterRowBytes)));
  eachChunk(code, "x", false, ({ images, lines, firstLine }) => {
    const dyAt = code.let(plus(argument("dy"), times(firstLine, argument("outWidth"), outputBytes)));
    code.each(0, argument("filterRows"), 1, (row) => {
      const paddedAt = code.let(plus(argument("padded"), times(row, argument("paddedBytes"))));
      const rowAt = code.let(plus(resultAt, times(row, filterRowBytes)));
      const along = (side: Int, tileRows: number) => {
        const at = code.let(plus(rowAt, times(quotient(side, 4), outputBytes)));
        const tiles = (from: Int, lanes: Lanes, vectors: number) =>
          code.each(from, outputBytes, lanes.bytes * vectors, (output) => {
            const tile = { lanes, vectors, tileRows, side, output, resultAt: plus(at, output) };
            writeTile(code, { images, lines, dyAt, paddedAt }, tile);
          });
        const rest = tiles(0, vector, 2);
        if (outputsRest > 0) tiles(tiles(rest, vector, 1), scalar, 1);
      };
      const rest = code.each(0, sideBytes, 4 * TILE, (side) => along(side, TILE));
      if (sideRest > 0) along(rest, sideRest);
    });
  });
}

/** Results that are computed together, for the places of a chunk. */
interface Tile {
  lanes: Lanes;
  vectors: number;
  tileRows: number;
  /** Bytes from a place's first (c, i) to the tile's, and to its outputs from the first. */
  side: Int;
  output: Int;
  /** Address of the first result. */
  resultAt: Int;
}

function writeTile(
  code: FunctionCode,
  { images, lines, dyAt, paddedAt }: { images: Int; lines: Int; dyAt: Int; paddedAt: Int },
  { lanes, vectors, tileRows, side, output, resultAt }: Tile,
): void {
  const argument = (name: string) => code.argument(name);
  const list = <T>(length: number, make: (i: number) => T) => Array.from({ length }, (_, i) => make(i));
  const sums = list(tileRows, () => list(vectors, () => code.let(lanes.constant(0))));
  const dy = code.let(plus(dyAt, output));
  code.each(0, images, 1, (i) => {
    const imageAt = times(i, argument("chunkRows"), argument("paddedBytes"));
    const lineAt = code.let(plus(paddedAt, imageAt, side));
    code.repeat(lines, () => {
      const x = code.let(lineAt);
      code.repeat(argument("outWidth"), () => {
        const right = list(vectors, (j) => code.let(lanes.load(dy, j * lanes.bytes)));
        for (const [i, ofRow] of sums.entries()) {
          const left = code.let(lanes.loadSame(x, 4 * i));
          ofRow.forEach((sum, j) => code.set(sum, lanes.add(sum, lanes.mul(left, right[j]!))));
        }
        code.advance(x, argument("stepBytes"));
        code.advance(dy, argument("outputBytes"));
      });
      code.advance(lineAt, times(argument("stride"), argument("paddedBytes")));
    });
  });
  const at = code.let(resultAt);
  for (const ofRow of sums) {
    ofRow.forEach((sum, j) => {
      const offset = j * lanes.bytes;
      code.store(lanes, at, lanes.add(lanes.load(at, offset), sum), offset);
    });
    code.advance(at, argument("outputBytes"));
  }
}

/** Adds up dy over places, BIAS_PLACES of them at a time. */
function biasGrad(tensors: WasmProgram["tensors"], integers: BiasRange): WasmProgram {
  return {
    key: `${CONV_WEIGHT_GRAD} bias`,
    tensors,
    integers: { ...integers },
    write(code) {
      const rowBytes = code.let(times(code.argument("outputs"), 4));
      const resultAt = code.let(plus(code.argument("result"), times(code.argument("resultAt"), 4)));
      code.clear(resultAt, rowBytes);
      code.chunks(code.argument("places"), BIAS_PLACES, (start, places) => {
        const from = plus(code.argument("dy"), times(plus(code.argument("firstPlace"), start), rowBytes));
        eachChannels(code, 0, rowBytes, ({ lanes, channel }) => {
          const sum = code.let(lanes.constant(0));
          const at = code.let(plus(from, channel));
          code.repeat(places, () => {
            code.set(sum, lanes.add(sum, lanes.load(at)));
            code.advance(at, rowBytes);
          });
          const place = code.let(plus(resultAt, channel));
          code.store(lanes, place, lanes.add(lanes.load(place), sum));
        });
      });
    },
  };
}

interface BiasRange {
  /** Where db begins in the result, in numbers. */
  resultAt: number;
  outputs: number;
  firstPlace: number;
  places: number;
}
