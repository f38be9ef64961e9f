import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allFinite, nonFiniteCounts } from "./nonFinite";
import { FINITE, NON_FINITE, SIZES } from "./nonFiniteCases";

const count = (values: number[] | Float32Array, shape?: number[]): Promise<number> => {
  const sum = tf.tidy(() => nonFiniteCounts(tf.tensor(values, shape, "float32")).sum());
  return sum.data().then(([value]) => (sum.dispose(), value!));
};

describe.each(["cpu", "wasm"])("non-finite numbers on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));
  afterAll(() => tf.setBackend("cpu"));

  it.each(FINITE)("%s is finite", async (_, value) => expect(await count([value, value])).toBe(0));
  it.each(NON_FINITE)("%s is not", async (_, value) => expect(await count([1, value, 2])).toBe(1));

  it.each(SIZES)("finds one at each end of %d numbers", async (size) => {
    const values = new Float32Array(size).fill(1);
    expect(await count(values)).toBe(0);
    values[0] = NaN;
    values[size - 1] = Infinity;
    expect(await count(values)).toBe(Math.min(size, 2));
  });

  it("takes any shape, scalars and nothing at all, and keeps no tensor", async () => {
    const before = tf.memory().numTensors;
    expect(await count([1, NaN, 3, NaN, 5, 6], [1, 2, 3])).toBe(2);
    expect(await count([-Infinity], [])).toBe(1);
    expect(await count([], [0, 3])).toBe(0);
    const x = tf.tensor1d([1, 2]);
    expect(await allFinite(x)).toBe(true);
    const y = tf.tidy(() => x.div(0));
    expect(await allFinite(y)).toBe(false);
    tf.dispose([x, y]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
