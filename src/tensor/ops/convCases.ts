/** Convolutions under test, sums of two terms, and what a backend makes of them; the loops of the cpu backend are the measure. */
import * as tf from "@tensorflow/tfjs";
import { Random } from "@/shared/random";
import { convInputGradSum, convSum, convWeightGradSum } from "./conv";
import { convShape } from "./convGeometry";
import type { FlatPart } from "./flatPart";

export const pads = (pad: number) => ({ top: pad, bottom: pad, left: pad, right: pad });
type Shape4D = [number, number, number, number];

export interface ConvCase {
  name: string;
  x: Shape4D;
  filter: Shape4D;
  stride: number;
  pad: number;
  /** Numbers in front of the filter in its vector. */
  guard: number;
}

/**
 * Sizes that no tile divides; the first sum is long enough to be split, the third fills more than one tile. Channels that
 * divide by four are read four at a time, but for the filter where it does not begin at a multiple of four.
 */
export const FOURS: ConvCase = {
  name: "fours",
  x: [3, 7, 5, 8],
  filter: [3, 3, 8, 12],
  stride: 1,
  pad: 1,
  guard: 4,
};
export const CONV_CASES: ConvCase[] = [
  { name: "3x3", x: [3, 9, 7, 3], filter: [3, 3, 3, 5], stride: 1, pad: 1, guard: 3 },
  { name: "4x4, stride 2", x: [2, 9, 8, 5], filter: [4, 4, 5, 2], stride: 2, pad: 1, guard: 3 },
  { name: "1x1, many channels", x: [13, 2, 3, 66], filter: [1, 1, 66, 70], stride: 1, pad: 0, guard: 3 },
  FOURS,
  { ...FOURS, name: "fours, filter askew, stride 2", stride: 2, guard: 3 },
];

export type Pass = "forward" | "input gradient" | "weight gradient";
const ALL: readonly Pass[] = ["forward", "input gradient", "weight gradient"];

/** What the passes give, all on the same numbers. */
export async function passes(
  { x, filter, stride, pad, guard }: ConvCase,
  backend: string,
  wanted: readonly Pass[] = ALL,
): Promise<Record<string, Float32Array>> {
  if (!(await tf.setBackend(backend))) throw new Error(`${backend} does not start`);
  const geometry = { stride, pads: pads(pad) };
  const random = new Random(9);
  const numbers = (shape: readonly number[]) =>
    random.fillNormal(new Float32Array(tf.util.sizeFromShape([...shape])));
  const size = tf.util.sizeFromShape(filter);
  const outputs = filter[3];
  const y = convShape(x, filter, geometry);
  const xs = [0, 1].map(() => tf.tensor4d(numbers(x), x));
  const dys = [0, 1].map(() => tf.tensor4d(numbers(y), y));
  const before = new Array<number>(guard).fill(NaN);
  const flats = [0, 1].map(() => tf.tensor1d([...before, ...numbers([size + outputs])]));
  const part = (term: number, offset: number, shape: number[]): FlatPart => ({
    ...{ flat: flats[term]!, groups: 1, offset, shape },
  });
  const filters = [0, 1].map((term) => part(term, guard, filter));
  const compute: Record<Pass, () => tf.Tensor> = {
    forward: () =>
      convSum(
        filters.map((own, i) => ({ x: xs[i]!, filter: own })),
        geometry,
        { ...filters[0]!, offset: guard + size, shape: [outputs] },
      ),
    "input gradient": () =>
      convInputGradSum(
        filters.map((own, i) => ({ dy: dys[i]!, filter: own })),
        x,
        geometry,
      ),
    "weight gradient": () => {
      const terms = xs.map((own, i) => ({ x: own, dy: dys[i]! }));
      const pieces = convWeightGradSum(terms, filter, geometry, { bias: true });
      return tf.concat(pieces.map((piece) => piece.flatten()));
    },
  };
  const values: Record<string, Float32Array> = {};
  for (const pass of wanted) {
    const result = tf.tidy(compute[pass]);
    values[pass] = await result.data<"float32">();
    result.dispose();
  }
  tf.dispose([xs, dys, flats]);
  return values;
}

/** The largest differences between what two backends made of the same, relative to the largest number. */
export function differences(
  got: Record<string, Float32Array>,
  wanted: Record<string, Float32Array>,
): Record<string, number> {
  const errors = Object.entries(wanted).map(([name, values]) => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const off = values.reduce((most, value, at) => Math.max(most, Math.abs(value - got[name]![at]!)), 0);
    return [name, got[name]!.length === values.length ? off / largest : Infinity];
  });
  return Object.fromEntries(errors) as Record<string, number>;
}
