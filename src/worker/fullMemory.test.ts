/** A run that finds the memory full says which settings make it fit, and with those it does. */
import "fake-indexeddb/auto";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { estimateMemory } from "@/engine/estimateMemory";
import { planRun } from "@/engine/runPlan";
import { stripes } from "@/engine/testData";
import type { ExperimentConfig } from "@/shared/experiment";
import { startBackend } from "@/tensor/backend";
import type { WasmModule } from "@/tensor/guardedHeap";
import { adviceFor, runToEnd } from "./testHandlers";

const source = stripes({ height: 16, width: 16, channels: 3 }, 3, { train: 40, test: 4 });
const config = (width: number): ExperimentConfig => ({
  datasetId: source.info.id,
  run: { ipc: 1, iterations: 2 },
  method: { id: "dm", params: { batchReal: 32 } },
  network: { id: "convnet", params: { width, depth: 2 } },
  augmentation: { id: "none", params: {} },
  evaluation: { id: "standard", params: { interval: 0 } },
});
const WIDTH = 64;

const taken: number[] = [];
const heap = () => (tf.backend() as unknown as { wasm: WasmModule }).wasm;

beforeEach(async () => {
  await startBackend({ only: "wasm" });
});
afterEach(() => {
  for (const at of taken.splice(0)) heap()._free(at);
});
afterAll(() => tf.setBackend("cpu"));

/** Takes all of the heap but for one piece of so many bytes. */
function leave(bytes: number): void {
  const kept = heap()._malloc(bytes);
  for (const piece of [2 ** 29, 2 ** 24, 2 ** 20, 2 ** 16]) {
    try {
      for (;;) taken.push(heap()._malloc(piece));
    } catch {
      // full, as far as pieces of this size go
    }
  }
  heap()._free(kept);
}

it("on WebAssembly, whose heap is full", async () => {
  const { bytes } = estimateMemory(planRun(config(WIDTH), source.info), source.info);
  leave(0.35 * bytes); // really it takes about half of the estimate, for which a largest layer counts in full
  const failed = await runToEnd(config(WIDTH), source);
  expect(failed).toMatchObject({
    phase: "failed",
    iteration: 0,
    error: { kind: "outOfMemory", message: expect.stringMatching(/memory of WebAssembly is full/) as string },
  });
  const [width, batch] = ["Network width", "Real images per class"].map((label) => adviceFor(label, failed));
  expect(batch).toBeLessThan(32);
  expect(width).toBeGreaterThan(WIDTH / 4);
  expect(width).toBeLessThan(WIDTH);
  expect(await runToEnd(config(width!), source)).toMatchObject({ phase: "done", iteration: 2 });
});
