import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { useSlicesInHeap } from "./slice";

beforeAll(async () => {
  await tf.setBackend("wasm");
  useSlicesInHeap();
  useSlicesInHeap();
});
afterAll(() => tf.setBackend("cpu"));

/** The same slice of the same numbers on plain JavaScript. */
async function expected(shape: number[], begin: number[], size: number[], dtype: "float32" | "bool") {
  await tf.setBackend("cpu");
  const values = await numbers(shape, dtype).slice(begin, size).data();
  await tf.setBackend("wasm");
  return values;
}

const numbers = (shape: number[], dtype: "float32" | "bool"): tf.Tensor => {
  const values = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
    dtype === "bool" ? i % 2 : i,
  );
  return tf.tensor(values, shape, dtype);
};

it.each([
  { what: "part of a vector", shape: [100], begin: [7], size: [20] },
  { what: "the end of a vector", shape: [100], begin: [90], size: [-1] },
  { what: "rows", shape: [5, 9], begin: [1, 0], size: [3, -1] },
  { what: "columns", shape: [5, 9], begin: [1, 4], size: [3, 3] },
  { what: "one row's part", shape: [5, 9], begin: [2, 4], size: [1, 3] },
  { what: "nothing", shape: [5, 9], begin: [2, 4], size: [0, 3] },
  { what: "images", shape: [4, 3, 3, 2], begin: [1, 0, 0, 0], size: [2, 3, 3, 2] },
  { what: "a corner of images, by tfjs's own", shape: [4, 3, 3, 2], begin: [1, 1, 0, 1], size: [2, 2, 3, 1] },
])("slices $what as plain JavaScript does", async ({ shape, begin, size }) => {
  for (const dtype of ["float32", "bool"] as const) {
    const reference = await expected(shape, begin, size, dtype);
    const sliced = numbers(shape, dtype).slice(begin, size);
    expect([...(await sliced.data())]).toEqual([...reference]);
    expect(sliced.dtype).toBe(dtype);
  }
});
