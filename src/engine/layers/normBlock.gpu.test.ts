/** The kernels of the fused block on WebGPU. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { beforeAll, describe, expect, it } from "vitest";
import { setKernelVariant } from "@/tensor/kernels/variant";
import { BLOCK_CASES, blockErrors, residualErrors } from "./normBlockCases";

beforeAll(async () => {
  expect(await tf.setBackend("webgpu")).toBe(true);
  await tf.ready();
});

describe.each(["tiled", "direct"] as const)("%s", (variant) => {
  it.each(BLOCK_CASES)("$name", async (testCase) => {
    setKernelVariant(variant);
    const { left, errors } = await blockErrors(testCase);
    expect(left).toBe(testCase.left ?? 1);
    for (const [pass, error] of Object.entries(errors)) expect(error, pass).toBeLessThan(2e-5);
  });
});

it("is found in the branches of a residual layer, which adds its input", async () => {
  setKernelVariant("direct");
  for (const [pass, error] of Object.entries(await residualErrors())) expect(error, pass).toBeLessThan(2e-5);
});
