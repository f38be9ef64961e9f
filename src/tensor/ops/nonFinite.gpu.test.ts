import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { nonFiniteCounts } from "./nonFinite";
import { FINITE, NON_FINITE, SIZES } from "./nonFiniteCases";

beforeAll(async () => {
  await startBackend({ only: "webgpu" });
});

async function count(x: tf.Tensor): Promise<number> {
  const counts = Array.from(await nonFiniteCounts(x).data());
  throwIfBackendFailed();
  return counts.reduce((sum, part) => sum + part, 0);
}

it.each(FINITE)("%s is finite on WebGPU", async (_, value) => {
  expect(await count(tf.tensor1d([value, value]))).toBe(0);
});

it.each(NON_FINITE)("%s is not", async (_, value) => {
  expect(await count(tf.tensor1d([1, value, 2]))).toBe(1);
});

it("finds one at each end, however the work is split", async () => {
  for (const size of SIZES) {
    const values = new Float32Array(size).fill(1);
    values[0] = NaN;
    values[size - 1] = Infinity;
    expect(await count(tf.tensor1d(values)), `${size} numbers`).toBe(Math.min(size, 2));
  }
});

it("finds what the GPU itself computed", async () => {
  const x = tf.fill([3000], 3e38).mul(tf.ones([3000])); // on the GPU: too large for tfjs's own small sums
  expect(await count(x)).toBe(0);
  const infinite = x.mul(10);
  expect(await count(infinite)).toBe(3000);
  expect(await count(infinite.sub(infinite))).toBe(3000); // NaN
  expect(await count(tf.concat([x, infinite.sub(infinite)]).slice(2990, 20))).toBe(10);
});
