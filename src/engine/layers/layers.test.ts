import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { hasNormBlock } from "@/tensor/ops/normBlock";
import { LAYER_CASES, layerErrors } from "./layerCases";

const BACKENDS = [
  { name: "cpu", backend: "cpu" },
  { name: "wasm without SIMD, by tfjs alone", backend: "wasm", simd: false },
  { name: "wasm", backend: "wasm", simd: true },
];

describe.each(BACKENDS)("layers against finite differences on $name", ({ backend, simd }) => {
  beforeAll(async () => {
    if (simd !== undefined) startAnew(backend, simd);
    expect(await tf.setBackend(backend)).toBe(true);
    await tf.ready();
    expect(hasNormBlock()).toBe(simd === true);
  });

  it.each(LAYER_CASES)("$name", async (testCase) => {
    const errors = await layerErrors(testCase, new Random(7));
    for (const [pass, error] of Object.entries(errors)) expect(error, pass).toBeLessThan(3e-4);
  });
});

/** Lets tfjs choose its .wasm file again, as a browser with or without SIMD would. */
function startAnew(backend: string, simd: boolean): void {
  const factory = tf.findBackendFactory(backend);
  tf.removeBackend(backend);
  tf.registerBackend(backend, factory);
  tf.env().set("WASM_HAS_SIMD_SUPPORT", simd);
}
