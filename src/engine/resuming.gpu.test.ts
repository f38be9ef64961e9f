/** On WebGPU too, a run that goes on from a checkpoint ends like one that was never interrupted. */
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { distil } from "./distil";
import { bits, distinct, finish } from "./interruptedRuns";
import { tinyConfig, tinySource } from "./tinyRuns";
import { MemoryTrajectoryStore } from "./trajectories/memoryTrajectoryStore";

beforeAll(async () => {
  await startBackend({ only: "webgpu" });
});

it.each([
  ["dm", [1, 2, 3]],
  ["dc", [2]], // in the middle of a network
  ["pad", [2]], // as DATM
])("%s", async (id, cuts) => {
  const config = tinyConfig(id, { iterations: 4 });
  const trajectories = new MemoryTrajectoryStore();
  const before = tf.memory().numTensors;
  const { last, asked } = await finish(config, trajectories, { ask: true });
  const states = distinct(asked);
  expect(states.map(({ iteration }) => iteration)).toEqual([0, 1, 2, 3, 4]);
  for (const cut of cuts) {
    const from = states[cut]!;
    const resumed = await finish(config, trajectories, { from });
    expect(bits(resumed.last), `from iteration ${cut}`).toEqual(bits(last));
  }
  expect(tf.memory().numTensors).toBe(before);
  throwIfBackendFailed();
});

it("a run that diverges keeps its last good state", async () => {
  const config = {
    ...tinyConfig("dm", { imageLr: 100_000, momentum: 0.99, iterations: 500 }),
    network: { id: "convnet", params: { width: 4, depth: 1, norm: "none" } },
  };
  const run = distil({ config, source: tinySource });
  const drive = async () => {
    for await (const event of run) void event;
  };
  await expect(drive()).rejects.toMatchObject({ kind: "diverged" });
  const { iteration, tensors } = await run.checkpoint();
  expect(iteration).toBeLessThan(500);
  expect(tensors["images"]!.values.every(Number.isFinite)).toBe(true);
  throwIfBackendFailed();
});
