import * as tf from "@tensorflow/tfjs";
import { beforeEach, describe, expect, it } from "vitest";
import { startBackend } from "./backend";
import { trimBuffers, trimIdleBuffers } from "./bufferPool";

const allocated = (): number =>
  (tf.memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU;

/** Some work on vectors of one size, read back, after which all its buffers are free. */
async function work(size: number): Promise<number> {
  const sum = tf.tidy(() => {
    let x: tf.Tensor = tf.linspace(0, 1, size);
    for (let i = 0; i < 5; i++) x = x.add(x);
    return x.sum();
  });
  const [value] = await sum.data();
  sum.dispose();
  return value!;
}

const VECTOR = 6000; // bytes of 1500 numbers

describe("the pool of buffers", () => {
  beforeEach(async () => {
    await startBackend({ only: "webgpu" });
    trimBuffers();
  });

  it("is emptied where shapes change, and what is in flight still arrives", async () => {
    const kept = tf.linspace(0, 1, 3000).add(1);
    await kept.data();
    trimBuffers();
    const before = allocated();
    await work(20_000);
    expect(allocated()).toBeGreaterThan(before + 80_000);
    const running = work(30_000); // submitted or recorded, not waited for
    trimBuffers();
    expect(await running).toBeCloseTo(32 * 15_000, -1);
    trimBuffers();
    expect(allocated()).toBe(before);
    expect((await kept.data())[2999]).toBeCloseTo(2, 5);
    expect(await work(20_000)).toBeCloseTo(32 * 10_000, -1);
    kept.dispose();
  });

  it("loses what was not needed for a while, and keeps what is", async () => {
    await work(20_000);
    trimIdleBuffers(); // begins to watch
    await work(1500);
    const both = allocated();
    trimIdleBuffers();
    const small = allocated();
    expect(small).toBeLessThan(both - 80_000);
    await work(1500);
    trimIdleBuffers();
    const needed = allocated(); // how many vectors depends on how soon buffers come back from a submit
    expect(needed).toBeGreaterThan(VECTOR);
    expect(needed).toBeLessThanOrEqual(small + VECTOR);
  });
});
