/** Programs that are cut into several dispatches give the same bits; what would last too long is cut by measured speed. */
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { Random } from "@/shared/random";
import { startBackend } from "../backend";
import { convInputGradSum, convSum, convWeightGradSum } from "../ops/conv";
import { nonFiniteCounts } from "../ops/nonFinite";
import { rowCosineDistance } from "../ops/rowCosine";
import { wholePart } from "../ops/flatPart";
import { viewStage } from "../ops/viewStage";
import type { NormBlockAttributes } from "./normBlock";
import { NORM_BLOCK, NORM_STATISTICS } from "./normBlockForward";
import { forceDispatches, forgetTimes } from "./programTime";
import { forceTiling } from "./tiling";
import { setKernelVariant } from "./variant";
import { callKernel } from "./webgpuProgram";

beforeAll(() => startBackend({ only: "webgpu" }));
afterEach(() => {
  forceDispatches(null);
  forceTiling(null);
  setKernelVariant("direct");
});

const geometry = { stride: 1, pads: { top: 1, bottom: 1, left: 1, right: 1 } };
const PARTS = 3;

const normal = <R extends tf.Rank>(shape: number[], seed: number): tf.Tensor<R> =>
  tf.tensor(new Random(seed).fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), shape as never);

/** Dispatches and submits while `compute` runs until its result is there, with the result. */
async function counted(compute: () => tf.Tensor) {
  const { queue } = tf.backend() as unknown as { queue: GPUQueue };
  const dispatches = vi.spyOn(GPUComputePassEncoder.prototype, "dispatchWorkgroups");
  const submits = vi.spyOn(queue, "submit");
  const result = tf.tidy(compute);
  const bits = new Uint32Array((await result.data<"float32">()).slice().buffer);
  const counts = { bits, dispatches: dispatches.mock.calls.length, submits: submits.mock.calls.length };
  result.dispose();
  dispatches.mockRestore();
  submits.mockRestore();
  return counts;
}

/** Each kind of program; sizes that the parts do not divide. */
const KINDS: Record<string, () => tf.Tensor> = {
  "a convolution": () =>
    convSum([{ x: normal([2, 11, 13, 4], 1), filter: wholePart(normal([3, 3, 4, 8], 2)) }], geometry),
  "an input gradient": () =>
    convInputGradSum(
      [{ dy: normal([2, 11, 13, 8], 1), filter: wholePart(normal([3, 3, 4, 8], 2)) }],
      [2, 11, 13, 4],
      geometry,
    ),
  "a filter gradient": () =>
    convWeightGradSum(
      [{ x: normal([3, 11, 13, 8], 1), dy: normal([3, 11, 13, 8], 2) }],
      [3, 3, 8, 8],
      geometry,
      {
        bias: true,
      },
    )[0]!,
  "sums over pixels": () =>
    callKernel(NORM_STATISTICS, { x: normal([13, 6, 7, 70], 1) }, norm([13, 6, 7, 70])),
  "one thread per number": () => {
    const x = normal([5, 6, 7, 10], 1);
    const sums = normal([5, 2, 10], 3);
    return callKernel(NORM_BLOCK, { x, sums, weights: normal([20], 2) }, norm([5, 6, 7, 10]));
  },
  "row-wise cosines": () =>
    rowCosineDistance(normal([4, 300], 1), normal([4, 300], 2), [
      { offset: 0, rows: 100, length: 3, interleaved: true },
    ]),
  "a view": () => {
    const color = { brightness: 0.3, saturation: 1.7, contrast: 0.6 };
    const turn = { color, map: [0.8, -0.4, 1.3, 0.5, 1.1, -0.7] };
    return viewStage(normal([5, 9, 8, 3], 1), new Array(5).fill(turn));
  },
  counts: () => nonFiniteCounts(normal([16 * 64 * 5], 1)),
};

const norm = (inputShape: number[]): NormBlockAttributes => ({
  ...{ inputShape, size: 2, gammaAt: 0, betaAt: inputShape[3]!, sharing: 1, live: true },
});

/** Those that are another program there; each takes a second to compile in software. */
const TILED = ["a convolution", "a filter gradient", "sums over pixels", "row-wise cosines", "a view"];

it.each([
  ...Object.keys(KINDS).map((name) => ({ name, variant: "direct" }) as const),
  ...TILED.map((name) => ({ name, variant: "tiled" }) as const),
])("$name, $variant, gives the same bits in several dispatches", async ({ name, variant }) => {
  setKernelVariant(variant);
  forceTiling("32x32"); // the quickest to compile
  const whole = await counted(KINDS[name]!);
  forceDispatches(PARTS);
  const cut = await counted(KINDS[name]!);
  expect(cut.dispatches).toBeGreaterThan(whole.dispatches);
  expect(cut.bits).toEqual(whole.bits);
});

it("cuts a convolution that took long into submits of their own, and not before it is known to", async () => {
  const filter = wholePart(normal([3, 3, 32, 32], 2));
  for (let batch = 3, isLong = false; !isLong; batch *= 2) {
    const x = normal<tf.Rank.R4>([batch, 32, 32, 32], 1); // 9 million multiplications per image
    const large = () => convSum([{ x, filter }], geometry);
    forgetTimes(1e9); // as if the device was a thousand times as fast as the fastest
    const since = performance.now();
    const first = await counted(large);
    isLong = performance.now() - since > 300; // on a fast device more images
    if (isLong) {
      tf.env().set("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", 15); // else each would be alone anyway
      const second = await counted(large);
      expect([first.dispatches, second.dispatches > 1]).toEqual([1, true]);
      expect(second.submits).toBeGreaterThanOrEqual(second.dispatches); // and one of the read
      expect(second.bits).toEqual(first.bits);
    }
    x.dispose();
  }
  filter.flat.dispose();
});
