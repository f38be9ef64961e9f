/** The kernels of updates and of row-wise cosines give what the single operations of the cpu backend give. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { setKernelVariant } from "../kernels/variant";
import { forceSumPath } from "../kernels/workgroupSum";
import { startBackend } from "../backend";
import { addScaled, sgdStep } from "./flatUpdate";
import { rowCosineDistance, type RowBlock } from "./rowCosine";

beforeAll(async () => {
  await startBackend({ only: "webgpu" }); // a device with the features that kernels ask for
  await tf.setBackend("cpu");
});
afterAll(() => forceSumPath(null));

const random = new Random(4);
const numbers = (size: number) => random.fillNormal(new Float32Array(size));

/** What `compute` gives on both backends. */
async function onBoth(compute: () => tf.Tensor[]): Promise<[wanted: Float32Array[], got: Float32Array[]]> {
  const results: Float32Array[][] = [];
  for (const backend of ["cpu", "webgpu"]) {
    expect(await tf.setBackend(backend)).toBe(true);
    const tensors = tf.tidy(compute);
    results.push(await Promise.all(tensors.map((tensor) => tensor.data<"float32">())));
    tf.dispose(tensors);
  }
  return results as [Float32Array[], Float32Array[]];
}

function expectClose([wanted, got]: [Float32Array[], Float32Array[]], tolerance: number): void {
  wanted.forEach((values, i) => {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const off = values.reduce((most, value, at) => Math.max(most, Math.abs(value - got[i]![at]!)), 0);
    expect(got[i]!.length).toBe(values.length);
    expect(off / largest, `result ${i}`).toBeLessThan(tolerance);
  });
}

describe("updates", () => {
  const [p, g, v] = [numbers(1030), numbers(1030), numbers(1030)];

  it.each([
    { momentum: 0, weightDecay: 0 },
    { momentum: 0, weightDecay: 0.1 },
    { momentum: 0.9, weightDecay: 0.1 },
  ])("SGD with momentum $momentum and decay $weightDecay", async (settings) => {
    const step = (velocity: Float32Array | null) => () => {
      const next = sgdStep(tf.tensor1d(p), tf.tensor1d(g), velocity && tf.tensor1d(velocity), {
        ...settings,
        learningRate: 0.3,
      });
      return next.velocity ? [next.weights, next.velocity] : [next.weights];
    };
    expectClose(await onBoth(step(null)), 1e-6);
    expectClose(await onBoth(step(v)), 1e-6);
  });

  it("y + f a x, and numbers that are none go through", async () => {
    expectClose(await onBoth(() => [addScaled(tf.tensor1d(p), tf.tensor1d(g), tf.scalar(0.7), -2)]), 1e-6);
    const [, [sum]] = await onBoth(() => [
      addScaled(tf.tensor1d([1, NaN]), tf.tensor1d([1, 1]), tf.scalar(2)),
    ]);
    expect(Array.from(sum!)).toEqual([3, NaN]);
  });
});

/** Rows either way round, more than one workgroup has, longer than one has lanes, with gaps between the blocks. */
const interleaved: RowBlock[] = [
  { offset: 2, rows: 37, length: 11, interleaved: true },
  { offset: 412, rows: 3, length: 40, interleaved: false },
  { offset: 532, rows: 5, length: 1, interleaved: true },
];
const contiguous: RowBlock[] = [
  { offset: 1, rows: 2, length: 300, interleaved: false },
  { offset: 601, rows: 1, length: 7, interleaved: true },
];

describe.each([
  { name: "tiled, by subgroups", variant: "tiled", path: "subgroups" },
  { name: "tiled, by memory", variant: "tiled", path: "memory" },
  { name: "direct", variant: "direct", path: "memory" },
] as const)("row-wise cosine, $name", ({ variant, path }) => {
  it.each([
    { blocks: interleaved, size: 540 },
    { blocks: contiguous, size: 610 },
  ])("$size numbers", async ({ blocks, size }) => {
    setKernelVariant(variant);
    forceSumPath(path);
    const [a, b] = [numbers(3 * size), numbers(3 * size)];
    a.fill(0, size + blocks[0]!.offset, size + blocks[0]!.offset + 600); // dead rows
    const results = await onBoth(() => {
      const real = tf.tensor2d(b, [3, size]);
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
        rowCosineDistance(x as tf.Tensor2D, real, blocks)
          .mul(tf.tensor1d([2, -3, 0.5]))
          .sum(),
      )(tf.tensor2d(a, [3, size]));
      return [value, rowCosineDistance(tf.tensor2d(a, [3, size]), real, blocks), grad];
    });
    expectClose(results, 1e-5);
  });
});
