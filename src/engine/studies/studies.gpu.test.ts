/** The studies where they run for people: on WebGPU, in a browser. */
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it, vi } from "vitest";
import type { EvaluationRequest, EvaluationRow } from "@/shared/evaluating";
import { startBackend } from "@/tensor/backend";
import { evaluateSets, type EvaluationState } from "./evaluateSets";
import { MemoryScores } from "./memoryScores";
import type { KeptSnapshot, StudyStep } from "./study";
import { distilledSet, STRIPES } from "./testSets";

const request: EvaluationRequest = {
  snapshotIds: ["kept"],
  datasetId: STRIPES.info.id,
  subjects: ["set", "random", "mean", "full"],
  networks: [{ id: "convnet", params: { width: 2, depth: 1 } }],
  protocol: { id: "standard", params: { networks: 1, epochs: 6, augmentation: "none" } },
  fullEpochs: 1,
  seed: 3,
};

const evaluate = async (
  kept: KeptSnapshot,
  look: (step: StudyStep<EvaluationState>) => void = () => undefined,
): Promise<EvaluationRow[]> => {
  let rows: EvaluationRow[] = [];
  for await (const step of evaluateSets(request, [kept], { source: STRIPES, scores: new MemoryScores() })) {
    look(step);
    rows = step.state.rows;
  }
  return rows;
};

let kept: KeptSnapshot;
beforeAll(async () => {
  await startBackend({ only: "webgpu" });
  await tf.setBackend("cpu");
  kept = await distilledSet();
});

it("sets are evaluated as on the CPU, and nothing stays on the GPU", async () => {
  const onCpu = await evaluate(kept);
  await tf.setBackend("webgpu");
  const before = tf.memory().numTensors;
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  const built = vi.spyOn(device, "createComputePipeline");
  const counts: string[] = [];
  const onGpu = await evaluate(kept, ({ preparing, state: { curve } }) => {
    if (preparing) counts.push(`${preparing.step} ${preparing.done} / ${preparing.total}`);
    const ownImages = curve?.subject === "set" || curve?.subject === "full"; // the others are made on the GPU
    if (ownImages && curve.epoch > 0) expect(built).not.toHaveBeenCalled(); // all was built ahead
    built.mockClear();
  });
  const total = Number(/^Preparing the GPU 0 \/ (\d+)$/.exec(counts[0]!)![1]);
  expect(counts[total]).toBe(`Preparing the GPU ${total} / ${total}`);
  expect(tf.memory().numTensors).toBe(before);
  expect(onGpu.map(({ subject }) => subject)).toEqual(request.subjects);
  for (const [i, { mean, confusion }] of onGpu.entries()) {
    expect(confusion.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([8, 8, 8, 8]);
    // the same weights, images and batches: only what lies at the border of two classes may fall otherwise
    expect(Math.abs(mean - onCpu[i]!.mean)).toBeLessThanOrEqual(2 / 32);
  }
});
