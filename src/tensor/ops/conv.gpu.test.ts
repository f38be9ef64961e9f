/**
 * The convolution kernels, sums of two terms: the direct variant and the tiled one against the loops of the cpu backend,
 * and every tiling against the first, bit for bit.
 */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { afterAll, beforeAll, expect, it } from "vitest";
import { forceTiling } from "../kernels/tiling";
import { setKernelVariant } from "../kernels/variant";
import { convSum } from "./conv";
import { CONV_CASES, differences, FOURS, pads, passes } from "./convCases";

beforeAll(() => tf.ready());
afterAll(() => forceTiling(null));

it.each(CONV_CASES)("$name", async (testCase) => {
  const wanted = await passes(testCase, "cpu");
  for (const variant of ["tiled", "direct"] as const) {
    forceTiling("32x32"); // the quickest to compile
    setKernelVariant(variant);
    const errors = differences(await passes(testCase, "webgpu"), wanted);
    for (const [pass, error] of Object.entries(errors)) expect(error, pass).toBeLessThan(1e-5);
  }
});

// the most and the fewest results per thread and load; each program takes a second to compile in software
it.each([
  ["forward", ["32x32", "128x128"]],
  ["weight gradient", ["32x32", "128x16"]],
] as const)("gives the same bits of the %s in very different tilings", async (pass, tilings) => {
  setKernelVariant("tiled");
  const bits: Float32Array[] = [];
  for (const tiling of tilings) {
    forceTiling(tiling);
    bits.push((await passes(FOURS, "webgpu", [pass]))[pass]!);
  }
  for (const other of bits.slice(1)) expect(other).toEqual(bits[0]);
});

it("gives the same bits wherever the filter lies, read four numbers at a time or one by one", async () => {
  setKernelVariant("tiled");
  forceTiling("32x32");
  const passed = ["forward", "input gradient"] as const;
  const [fours, ones] = [
    await passes(FOURS, "webgpu", passed),
    await passes({ ...FOURS, guard: 3 }, "webgpu", passed),
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
