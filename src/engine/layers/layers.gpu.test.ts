import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { setKernelVariant } from "@/tensor/kernels/variant";
import { LAYER_CASES, layerErrors } from "./layerCases";

describe("layers against finite differences on webgpu", () => {
  beforeAll(async () => {
    expect(await tf.setBackend("webgpu")).toBe(true);
    await tf.ready();
    setKernelVariant("direct"); // the tiled ones are compared with these where they are
  });

  it.each(LAYER_CASES)("$name", async (testCase) => {
    const errors = await layerErrors(testCase, new Random(7));
    for (const [pass, error] of Object.entries(errors)) expect(error, pass).toBeLessThan(1e-3);
  });
});
