/** Both variants of the convolution kernels, sums of two terms, against the loops of the cpu backend. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { setKernelVariant } from "../kernels/variant";
import { convInputGradSum, convSum, convWeightGradSum } from "./conv";
import { convShape } from "./convGeometry";
import type { FlatPart } from "./flatPart";

const pads = (pad: number) => ({ top: pad, bottom: pad, left: pad, right: pad });
type Shape4D = [number, number, number, number];

/** Sizes that no tile divides; the first sum is long enough to be split, the last fills more than one tile. */
const CASES: { name: string; x: Shape4D; filter: Shape4D; stride: number; pad: number }[] = [
  { name: "3x3", x: [3, 9, 7, 3], filter: [3, 3, 3, 5], stride: 1, pad: 1 },
  { name: "4x4, stride 2", x: [2, 9, 8, 4], filter: [4, 4, 4, 2], stride: 2, pad: 1 },
  { name: "1x1, many channels", x: [13, 2, 3, 66], filter: [1, 1, 66, 70], stride: 1, pad: 0 },
];
const GUARD = 3; // numbers in front of the filter in its vector

beforeAll(() => tf.ready());

describe.each(["tiled", "direct"] as const)("%s", (variant) => {
  it.each(CASES)("$name", async ({ x, filter, stride, pad }) => {
    setKernelVariant(variant);
    const geometry = { stride, pads: pads(pad) };
    const random = new Random(9);
    const numbers = (shape: readonly number[]) =>
      random.fillNormal(new Float32Array(tf.util.sizeFromShape([...shape])));
    const size = tf.util.sizeFromShape(filter);
    const outputs = filter[3];
    const y = convShape(x, filter, geometry);
    const data = {
      x: [numbers(x), numbers(x)],
      dy: [numbers(y), numbers(y)],
      flat: [numbers([GUARD + size + outputs]), numbers([GUARD + size + outputs])],
    };
    const results: Float32Array[][] = [];
    for (const backend of ["cpu", "webgpu"]) {
      expect(await tf.setBackend(backend)).toBe(true);
      const tensors = (values: Float32Array[], shape: Shape4D) =>
        values.map((value) => tf.tensor4d(value, shape));
      const [xs, dys] = [tensors(data.x, x), tensors(data.dy, y)];
      const part = (term: number, offset: number, shape: number[]): FlatPart => ({
        ...{ flat: tf.tensor1d(data.flat[term]!), groups: 1, offset, shape },
      });
      const filters = [0, 1].map((term) => part(term, GUARD, filter));
      const forward = convSum(
        filters.map((own, i) => ({ x: xs[i]!, filter: own })),
        geometry,
        { ...filters[0]!, offset: GUARD + size, shape: [outputs] },
      );
      const towardsInput = convInputGradSum(
        filters.map((own, i) => ({ dy: dys[i]!, filter: own })),
        x,
        geometry,
      );
      const pieces = convWeightGradSum(
        xs.map((own, i) => ({ x: own, dy: dys[i]! })),
        filter,
        geometry,
        { bias: true },
      );
      const joined = tf.concat(pieces.map((piece) => piece.flatten()));
      results.push(
        await Promise.all([forward, towardsInput, joined].map((tensor) => tensor.data<"float32">())),
      );
    }
    const [wanted, got] = results;
    wanted!.forEach((values, i) => {
      const name = ["forward", "input gradient", "weight gradient"][i]!;
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const off = values.reduce((most, value, at) => Math.max(most, Math.abs(value - got![i]![at]!)), 0);
      expect(got![i]!.length, name).toBe(values.length);
      expect(off / largest, name).toBeLessThan(1e-5);
    });
  });
});
