import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CheckpointFolder, type SavedRun } from "./checkpointFolder";
import { newFolder } from "./testData";

const choice = { id: "", params: {} };
const state = (iteration: number): SavedRun => ({
  config: {
    datasetId: "d",
    run: {},
    method: choice,
    network: choice,
    augmentation: choice,
    evaluation: choice,
  },
  datasetFingerprint: "f",
  datasetName: "ä",
  iteration,
  tensors: {
    images: { shape: [2, 3], values: Float32Array.from({ length: 6 }, (_, i) => i + iteration / 3) },
  },
  evaluations: [],
  losses: { iterations: Int32Array.of(1), values: Float32Array.of(0.1) },
  elapsedMs: 10 * iteration,
  backend: "wasm",
});

it("writes two generations in turn and reads the newest", async () => {
  const path = join(newFolder(), "deep/checkpoint");
  const folder = new CheckpointFolder(path);
  expect(await folder.exists()).toBe(false);
  for (const iteration of [1, 2, 3]) await folder.save(state(iteration));
  expect(await new CheckpointFolder(path).read()).toEqual({ saved: state(3), isOlder: false });
  await folder.delete();
  expect(await folder.exists()).toBe(false);
});

it("gives a file with any changed byte up for the one before, and writes over it next", async () => {
  const path = newFolder();
  const folder = new CheckpointFolder(path);
  await folder.save(state(1));
  await folder.save(state(2));
  const file = join(path, "checkpoint-1.bin");
  const whole = readFileSync(file);
  for (let at = 0; at < whole.length; at += 37) {
    const broken = Uint8Array.from(whole);
    broken[at]! ^= 4;
    writeFileSync(file, broken);
    const { saved } = await folder.read();
    expect(saved.iteration, `byte ${at}`).toBe(1);
  }
  await folder.save(state(5));
  expect(await new CheckpointFolder(path).read()).toEqual({ saved: state(5), isOlder: false });
  for (const name of ["checkpoint-0.bin", "checkpoint-1.bin"]) writeFileSync(join(path, name), "x");
  await expect(folder.read()).rejects.toThrow("damaged");
});
