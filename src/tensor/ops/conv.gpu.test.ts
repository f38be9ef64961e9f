/**
 * The convolution kernels, sums of two terms: the direct variant and the tiled one against the loops of the cpu backend,
 * and every tiling against the first, bit for bit.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { forceTiling } from "../kernels/tiling";
import { setKernelVariant, type KernelVariant } from "../kernels/variant";
import { convInputGradSum, convSum, convWeightGradSum } from "./conv";
import { convShape } from "./convGeometry";
import type { FlatPart } from "./flatPart";

const pads = (pad: number) => ({ top: pad, bottom: pad, left: pad, right: pad });
type Shape4D = [number, number, number, number];

interface Case {
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
const FOURS: Case = { name: "fours", x: [3, 7, 5, 8], filter: [3, 3, 8, 12], stride: 1, pad: 1, guard: 4 };
const CASES: Case[] = [
  { name: "3x3", x: [3, 9, 7, 3], filter: [3, 3, 3, 5], stride: 1, pad: 1, guard: 3 },
  { name: "4x4, stride 2", x: [2, 9, 8, 5], filter: [4, 4, 5, 2], stride: 2, pad: 1, guard: 3 },
  { name: "1x1, many channels", x: [13, 2, 3, 66], filter: [1, 1, 66, 70], stride: 1, pad: 0, guard: 3 },
  FOURS,
  { ...FOURS, name: "fours, filter askew, stride 2", stride: 2, guard: 3 },
];

beforeAll(() => tf.ready());
afterAll(() => forceTiling(null));

it.each(CASES)("$name", async (testCase) => {
  const wanted = await passes(testCase, "cpu");
  for (const variant of ["tiled", "direct"] as const) {
    forceTiling("32x32"); // the quickest to compile
    const got = await passes(testCase, "webgpu", variant);
    for (const [name, values] of Object.entries(wanted)) {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const off = values.reduce((most, value, at) => Math.max(most, Math.abs(value - got[name]![at]!)), 0);
      expect(got[name]!.length, name).toBe(values.length);
      expect(off / largest, name).toBeLessThan(1e-5);
    }
  }
});

// the most and the fewest results per thread and load; each program takes a second to compile in software
it.each([
  ["forward", ["32x32", "128x128"]],
  ["weight gradient", ["32x32", "128x16"]],
] as const)("gives the same bits of the %s in very different tilings", async (pass, tilings) => {
  const bits: Float32Array[] = [];
  for (const tiling of tilings) {
    forceTiling(tiling);
    bits.push((await passes(FOURS, "webgpu", "tiled", [pass]))[pass]!);
  }
  for (const other of bits.slice(1)) expect(other).toEqual(bits[0]);
});

it("gives the same bits wherever the filter lies, read four numbers at a time or one by one", async () => {
  forceTiling("32x32");
  const passed = ["forward", "input gradient"] as const;
  const [fours, ones] = [
    await passes(FOURS, "webgpu", "tiled", passed),
    await passes({ ...FOURS, guard: 3 }, "webgpu", "tiled", passed),
  ];
  for (const pass of passed) expect(ones[pass]).toEqual(fours[pass]);
});

it("lets a number that is none through", async () => {
  setKernelVariant("tiled");
  forceTiling("32x32");
  await tf.setBackend("webgpu");
  const x = tf.fill<tf.Rank.R4>([1, 3, 3, 8], NaN);
  const filter = { flat: tf.zeros([9 * 8 * 12]), groups: 1, offset: 0, shape: [3, 3, 8, 12] };
  const term = { x, filter };
  const y = convSum([term, term], { stride: 1, pads: pads(1) });
  expect(Array.from(await y.data()).every(Number.isNaN)).toBe(true);
});

type Pass = "forward" | "input gradient" | "weight gradient";
const ALL: readonly Pass[] = ["forward", "input gradient", "weight gradient"];

/** What the passes give, all on the same numbers. */
async function passes(
  { x, filter, stride, pad, guard }: Case,
  backend: string,
  variant: KernelVariant = "tiled",
  wanted: readonly Pass[] = ALL,
): Promise<Record<string, Float32Array>> {
  setKernelVariant(variant);
  expect(await tf.setBackend(backend)).toBe(true);
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
