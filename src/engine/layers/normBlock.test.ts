/** The kernels of the fused block on WebAssembly. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { beforeAll, expect, it } from "vitest";
import { BLOCK_CASES, blockErrors, residualErrors } from "./normBlockCases";

beforeAll(async () => {
  expect(await tf.setBackend("wasm")).toBe(true);
  await tf.ready();
});

it.each(BLOCK_CASES)("$name", async (testCase) => {
  const { left, errors } = await blockErrors(testCase);
  expect(left).toBe(testCase.left ?? 1);
  for (const [pass, error] of Object.entries(errors)) expect(error, pass).toBeLessThan(2e-5);
});

it("is found in the branches of a residual layer, which adds its input", async () => {
  for (const [pass, error] of Object.entries(await residualErrors())) expect(error, pass).toBeLessThan(2e-5);
});
