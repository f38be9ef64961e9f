import { afterAll, expect, it } from "vitest";
import type { Checkpoint } from "@/shared/checkpoint";
import { Random } from "@/shared/random";
import { CheckpointStore } from "./checkpointStore";
import { PART_BYTES } from "./packedCheckpoint";

const NAME = "checkpoints-in-a-browser";
const store = new CheckpointStore(NAME);
afterAll(async () => {
  await store.close();
  indexedDB.deleteDatabase(NAME);
});

const choice = { id: "x", params: {} };
const config = {
  datasetId: "d",
  run: {},
  ...{ method: choice, network: choice, augmentation: choice, evaluation: choice },
};
const run = { id: "r", config, datasetName: "pets", datasetFingerprint: "f", iterations: 9 };

it("keeps two generations of a state of several parts in a real browser's storage", async () => {
  const count = PART_BYTES / 4 + 1001; // more than a part, in one tensor
  const at = (iteration: number): Checkpoint => ({
    ...{ config, datasetFingerprint: "f", datasetName: "pets", iteration, evaluations: [], elapsedMs: 5 },
    tensors: {
      images: {
        shape: [count],
        values: new Random(iteration).fillUniform(
          new Float32Array(count),
          -1,
          1,
        ) as Float32Array<ArrayBuffer>,
      },
    },
    losses: { iterations: Int32Array.of(iteration), values: Float32Array.of(0.1) },
  });
  const started = performance.now();
  for (const iteration of [1, 2, 3]) await store.save(run, at(iteration), iteration);
  const written = performance.now();
  const { checkpoint, isOlder } = await store.read("r");
  const ms = (from: number, to: number) => Math.round(to - from);
  console.log(
    `${count * 4} bytes: written in ${ms(started, written) / 3} ms each, read in ${ms(written, performance.now())} ms`,
  );
  expect(isOlder).toBe(false);
  expect(checkpoint!.iteration).toBe(3);
  expect(checkpoint!.losses).toEqual(at(3).losses);
  const [read, wanted] = [checkpoint!.tensors["images"]!.values, at(3).tensors["images"]!.values];
  expect(read.length).toBe(count);
  expect(read.every((value, i) => value === wanted[i])).toBe(true);
  await store.delete("r");
  expect(await store.list()).toEqual([]);
});
