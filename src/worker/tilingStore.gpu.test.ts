/** Measuring with a clock that the test turns: what is found fastest is taken, kept, and changes no bit. */
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startBackend } from "@/tensor/backend";
import { tilingChoices } from "@/tensor/kernels/tiling";
import { setKernelVariant } from "@/tensor/kernels/variant";
import { convSum } from "@/tensor/ops/conv";
import { startTuning, tuneKernels } from "@/tensor/tuning";
import { openTilingStore } from "./tilingStore";

const DATABASE = "tuning-test";
const CALLS_PER_TILING = 10; // five samples

/** Each tiling takes half the time of the one before it. */
function clock(): () => number {
  let calls = 0;
  let ms = 0;
  return () => (ms += 100 / 2 ** Math.floor(calls++ / CALLS_PER_TILING));
}

const y = (): tf.Tensor =>
  tf.tidy(() => {
    const x = tf.linspace(-1, 1, 5 * 8 * 4).reshape<tf.Tensor4D>([1, 5, 8, 4]);
    const filter = { flat: tf.linspace(-1, 1, 80), groups: 1, offset: 0, shape: [1, 1, 4, 20] };
    return convSum([{ x, filter }], { stride: 1, pads: { top: 0, bottom: 0, left: 0, right: 0 } });
  });

beforeAll(() => startBackend({ only: "webgpu" }));
afterAll(async () => {
  await startTuning("none", null);
  indexedDB.deleteDatabase(DATABASE);
});

it("takes the fastest tiling, keeps it for the device, and leaves results and memory as they were", async () => {
  setKernelVariant("tiled");
  const store = openTilingStore(DATABASE);
  await startTuning("one device", { clock: clock(), store });
  const before = y();
  const values = await before.data();
  const bytes = () => (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU;
  const used = bytes();
  expect(tilingChoices()).toEqual({});
  const counts = [];
  for await (const { done, total } of tuneKernels()) counts.push(`${done} / ${total}`);
  expect(counts).toEqual(["0 / 1", "1 / 1"]);
  expect(bytes()).toBe(used);
  const choices = { "ConvForward 1 l4 r4 20 0 5 2": "32x32" }; // the usual one, 64x32, was slower
  expect(tilingChoices()).toEqual(choices);
  expect(await y().data()).toEqual(values);

  await startTuning("another device", { clock: clock(), store });
  expect(tilingChoices()).toEqual({});
  await startTuning("one device", { clock: clock(), store });
  expect(tilingChoices()).toEqual(choices);
});

it("passes over what is stored by a version that knew other tilings", async () => {
  const store = {
    read: () => Promise.resolve({ a: "3x3", b: 7, c: "64x64" }),
    write: () => Promise.resolve(),
  };
  await startTuning("device", { clock: clock(), store });
  expect(tilingChoices()).toEqual({ c: "64x64" });
});
