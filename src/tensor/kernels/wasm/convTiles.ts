/**
 * A sum of convolutions in WebAssembly, and of their gradients towards the input, which are convolutions of dy, spread by
 * the stride, with the filter turned by 180°; results as in ../convForward.ts and ../convInputGrad.ts.
 *
 *   y[v, u, o] = b[o] + Σ over r, c, i of x[v·stride + r - top, u·stride + c - left, i] w[r, c, i, o]
 *
 * Filters are packed first (filterPanels.ts). Tiles of four places x eight outputs stay in
 * registers on their way along (r, c, i), of which (c, i) are neighbours in the rows of a chunk (paddedRows.ts) as they
 * are in a panel. Sums of more than BLOCK products are sums of sums. 2 · places · rows · columns · in · out FLOPs.
 */
import type * as tf from "@tensorflow/tfjs";
import type { FunctionCode } from "../../assembler/functionCode";
import { chosen, isBelow, minus, plus, quotient, times, type Int } from "../../assembler/integers";
import { someLanes, vector } from "../../assembler/lanes";
import { PANEL, panelProgram, type FilterLayout } from "./filterPanels";
import { chunkIntegers, chunkOf, eachChunk, type Lines, type PaddedShape } from "./paddedRows";
import type { WasmCall } from "./program";

/** Places of a tile; as in convWeightGrad.ts, more of them do not fit into the registers. */
const PLACES = 4;
/** Products that are added up at once. */
const BLOCK = 384;
const CHUNK = { bytes: 24 * 1024, places: 64, lineBytes: 0 };

export interface ConvTermTensors {
  x: tf.TensorInfo;
  filter: tf.TensorInfo;
  /** Of a group of images. */
  layout: (group: number) => FilterLayout;
}

export interface ConvSum {
  padded: PaddedShape;
  terms: readonly ConvTermTensors[];
  outputs: number;
  groups: number;
  /** Where the bias of a group lies in the first term's vector; without it there is none. */
  biasAt?: (group: number) => number;
}

/** @returns y, [n, outHeight, outWidth, outputs] */
export function convSumTiles(
  { padded, terms, outputs, groups, biasAt }: ConvSum,
  { make, run, free }: Pick<WasmCall<unknown>, "make" | "run" | "free">,
): tf.TensorInfo {
  const { shape, filterRows, filterColumns, outHeight, outWidth } = padded;
  const [n = 0, , , channels = 0] = shape;
  const result = make([n, outHeight, outWidth, outputs]);
  const chunk = chunkOf(padded, CHUNK);
  const copy = make(chunk.paddedShape);
  const products = filterRows * filterColumns * channels;
  const panels = make([Math.ceil(outputs / PANEL), products + 1, PANEL]); // and the bias
  const perGroup = n / groups;
  for (let group = 0; group < groups; group++)
    for (const [term, { x, filter, layout }] of terms.entries()) {
      const bias = term === 0 && biasAt ? biasAt(group) : -1;
      const sizes = { filterRows, filterColumns, channels, outputs, bias };
      run(panelProgram({ filter, panels }, layout(group), sizes));
      run({
        key: `conv tiles ${outputs % PANEL} ${padded.spread > 1}`,
        tensors: { x, padded: copy, panels, result },
        integers: {
          ...chunkIntegers(padded, chunk),
          ...{ firstImage: group * perGroup, images: perGroup, isLater: Number(term > 0), outputs },
          ...blockOf(filterRows, filterColumns * channels),
        },
        write: (code) => writeTiles(code, outputs % PANEL, padded.spread > 1),
      });
    }
  free(copy);
  free(panels);
  return result;
}

/** How many rows of a filter, or numbers of a row, make one sum. */
function blockOf(filterRows: number, side: number): { blockRows: number; blockBytes: number } {
  if (filterRows * side <= BLOCK) return { blockRows: filterRows, blockBytes: 4 * side };
  return { blockRows: 1, blockBytes: 4 * Math.ceil(side / Math.ceil(side / BLOCK)) };
}

function writeTiles(code: FunctionCode, rest: number, isSpread: boolean): void {
  const argument = (name: string) => code.argument(name);
  const outputBytes = code.let(times(argument("outputs"), 4));
  const panelBytes = code.let(
    times(plus(times(argument("filterRows"), quotient(argument("sideBytes"), 4)), 1), 4 * PANEL),
  );
  eachChunk(code, "x", isSpread, (lines) => {
    const resultAt = code.let(
      plus(argument("result"), times(lines.firstLine, argument("outWidth"), outputBytes)),
    );
    const panelAt = code.let(argument("panels"));
    const panel = (output: Int, columns: number) => {
      writePanel(code, lines, {
        columns,
        panelAt,
        panelBytes,
        resultAt: code.let(plus(resultAt, output)),
        outputBytes,
      });
      code.advance(panelAt, panelBytes);
    };
    const left = code.each(0, outputBytes, 4 * PANEL, (output) => panel(output, PANEL));
    if (rest > 0) panel(left, rest);
  });
}

interface Panel {
  /** Outputs of the panel that there are. */
  columns: number;
  panelAt: Int;
  panelBytes: Int;
  /** Address of the first place's first output. */
  resultAt: Int;
  outputBytes: Int;
}

/** All places of a chunk, for one panel. */
function writePanel(
  code: FunctionCode,
  { images, lines }: Lines,
  { columns, panelAt, panelBytes, resultAt, outputBytes }: Panel,
): void {
  const argument = (name: string) => code.argument(name);
  const biasAt = code.let(plus(panelAt, panelBytes, -4 * PANEL));
  const places = code.let(times(images, lines, argument("outWidth")));
  code.chunks(argument("filterRows"), argument("blockRows"), (row, rows) =>
    code.chunks(argument("sideBytes"), argument("blockBytes"), (side, bytes) => {
      const isFirst = code.let(isBelow(plus(argument("isLater"), row, side), 1));
      const [startAt, startStep] = [
        code.let(chosen(isFirst, biasAt, resultAt)),
        code.let(chosen(isFirst, 0, outputBytes)),
      ];
      const filterAt = code.let(plus(panelAt, times(plus(times(row, argument("sideBytes")), side), PANEL)));
      const next = placesOf(code, plus(argument("padded"), times(row, argument("paddedBytes")), side), lines);
      const count = code.let(quotient(bytes, 4));
      code.chunks(places, PLACES, (place, left) => {
        const sums = writeTile(code, {
          pointers: next(left),
          filterAt,
          rows,
          count,
          vectors: Math.ceil(columns / 4),
        });
        sums.forEach((ofPlace, i) =>
          code.when(isBelow(i, left), () => {
            const [to, from] = [
              code.let(plus(resultAt, times(plus(place, i), outputBytes))),
              code.let(plus(startAt, times(plus(place, i), startStep))),
            ];
            ofPlace.forEach((sum, j) => {
              const some = columns - 4 * j < 4 ? someLanes(columns - 4 * j) : vector;
              code.store(some, to, code.let(vector.add(some.load(from, 16 * j), sum)), 16 * j);
            });
          }),
        );
      });
    }),
  );
}

/** Goes along the places of a chunk. @returns what gives the addresses of the next ones' first numbers */
function placesOf(code: FunctionCode, start: Int, lines: Int): (left: Int) => Int[] {
  const argument = (name: string) => code.argument(name);
  const at = code.let(start);
  const [column, line] = [code.let(0), code.let(0)];
  const step = argument("stepBytes");
  const toLine = code.let(
    minus(times(argument("stride"), argument("paddedBytes")), times(argument("outWidth"), step)),
  );
  const toImage = code.let(
    times(minus(argument("chunkRows"), times(lines, argument("stride"))), argument("paddedBytes")),
  );
  const isAt = (value: Int, end: Int) => isBelow(minus(end, value), 1);
  return (left) =>
    Array.from({ length: PLACES }, (_, i) => {
      // behind the last place it does not matter which is read
      const pointer = code.let(i === 0 ? at : chosen(isBelow(i, left), at, start));
      code.advance(at, step);
      code.advance(column, 1);
      code.when(isAt(column, argument("outWidth")), () => {
        code.set(column, 0);
        code.advance(at, toLine);
        code.advance(line, 1);
        code.when(isAt(line, lines), () => {
          code.set(line, 0);
          code.advance(at, toImage);
        });
      });
      return pointer;
    });
}

interface Tile {
  /** Of the first number of each place. */
  pointers: readonly Int[];
  filterAt: Int;
  rows: Int;
  /** Products of each row. */
  count: Int;
  vectors: number;
}

function writeTile(code: FunctionCode, { pointers, filterAt, rows, count, vectors }: Tile) {
  const list = <T>(length: number, make: (i: number) => T) => Array.from({ length }, (_, i) => make(i));
  const sums = pointers.map(() => list(vectors, () => code.let(vector.constant(0))));
  const filter = code.let(filterAt);
  const rowBytes = code.let(0);
  code.repeat(rows, () => {
    const offset = code.let(rowBytes);
    code.repeat(count, () => {
      const right = list(vectors, (j) => code.let(vector.load(filter, 16 * j)));
      for (const [i, ofPlace] of sums.entries()) {
        const left = code.let(vector.loadSame(plus(pointers[i]!, offset)));
        ofPlace.forEach((sum, j) => code.set(sum, vector.add(sum, vector.mul(left, right[j]!))));
      }
      code.advance(offset, 4);
      code.advance(filter, 4 * PANEL);
    });
    code.advance(rowBytes, code.argument("paddedBytes"));
  });
  return sums;
}
