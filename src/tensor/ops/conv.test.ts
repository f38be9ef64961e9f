/**
 * The convolutions on WebAssembly, sums of two terms, against the loops of the cpu backend; the sizes are those of a GPU's
 * test, and some where a chunk is a part of an image, several images, and less than a tile.
 */
import "@tensorflow/tfjs-backend-wasm";
import { expect, it } from "vitest";
import { CONV_CASES, differences, passes, type ConvCase } from "./convCases";

const CASES: ConvCase[] = [
  ...CONV_CASES,
  { name: "lines of an image", x: [2, 40, 21, 16], filter: [3, 3, 16, 17], stride: 1, pad: 1, guard: 0 },
  { name: "long sums", x: [1, 6, 6, 200], filter: [3, 3, 200, 8], stride: 1, pad: 1, guard: 0 },
  { name: "one place", x: [1, 1, 1, 9], filter: [1, 1, 9, 12], stride: 1, pad: 0, guard: 0 },
  { name: "stride 3, wide border", x: [2, 8, 7, 4], filter: [4, 4, 4, 6], stride: 3, pad: 4, guard: 1 },
];

it.each(CASES)("$name", async (testCase) => {
  const wanted = await passes(testCase, "cpu");
  const errors = differences(await passes(testCase, "wasm"), wanted);
  for (const [pass, error] of Object.entries(errors)) expect(error, pass).toBeLessThan(1e-5);
});
