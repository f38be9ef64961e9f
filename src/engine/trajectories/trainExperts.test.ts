import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultsOf, parseParams } from "@/shared/params";
import none from "../augmentations/none";
import dsa from "../augmentations/siamese";
import convNet from "../networks/convNet";
import { loadRealData, type RealData } from "../realData";
import { stripes } from "../testData";
import { alignmentParams } from "../methods/difficultyAlignmentRun";
import { tinyConfig } from "../tinyRuns";
import { trajectoryKey } from "./expertPlan";
import { MemoryTrajectoryStore } from "./memoryTrajectoryStore";
import {
  drawableEpochs,
  recipeParams,
  trainExperts,
  type ExpertProgress,
  type ExpertTraining,
} from "./trainExperts";
import { trajectoryId, type TrajectoryKey } from "./trajectoryStore";

const SHAPE = { height: 8, width: 8, channels: 1 } as const;
const key: TrajectoryKey = {
  datasetFingerprint: "stripes",
  network: { id: "convnet", params: { width: 4 } },
  recipe: {},
};
let realData: RealData;

function training(more: Partial<ExpertTraining> = {}): ExpertTraining {
  const network = convNet.build(SHAPE, 3, parseParams(convNet.params, { width: 4, depth: 2 }));
  const augmentation = none.build({}, SHAPE);
  const recipe = { ...defaultsOf(recipeParams), expertLr: 0.1, expertBatch: 16 };
  const store = new MemoryTrajectoryStore();
  const wanted = { experts: 2, epochs: [0, 1, 2, 3], measure: true, imagesPerPass: 64 };
  return { key, store, recipe, network, realData, augmentation, ...wanted, ...more };
}

async function progressOf(run: AsyncIterable<ExpertProgress>): Promise<ExpertProgress[]> {
  const all = [];
  for await (const progress of run) all.push(progress);
  return all;
}

beforeAll(async () => {
  await tf.setBackend("wasm");
  const loading = loadRealData(stripes(SHAPE, 3, { train: 20, test: 10 }));
  let next = await loading.next();
  while (!next.done) next = await loading.next();
  realData = next.value;
});
afterAll(() => tf.setBackend("cpu"));

it("experts of plain descent are found by the keys of before there was a choice, others are not", () => {
  const config = tinyConfig("datm");
  const params = parseParams(alignmentParams, config.method.params);
  const plain = trajectoryKey(config, "stripes", params);
  const flat = trajectoryKey(config, "stripes", { ...params, expertDescent: "flat" });
  expect(plain.recipe).not.toHaveProperty("expertDescent");
  expect(flat.recipe).toEqual({ ...plain.recipe, expertDescent: "flat" });
});

describe("training experts", () => {
  it("stores the wanted epochs of every expert, gets better, and keeps no tensor", async () => {
    const before = tf.memory().numTensors;
    const plan = training({ epochs: [0, 2, 6] });
    const progress = await progressOf(trainExperts(plan));
    expect(tf.memory().numTensors).toBe(before);
    expect(progress[0]).toMatchObject({ expert: 0, epoch: 1, batch: 1, batches: 4, totalEpochs: 12 });
    expect(progress.at(-1)).toMatchObject({ expert: 1, epoch: 6, batch: 4, doneEpochs: 12 });
    const experts = await plan.store.experts(key);
    expect(experts.map(({ expert, epochs, trainedEpochs }) => [expert, epochs, trainedEpochs])).toEqual([
      [0, [0, 2, 6], 6],
      [1, [0, 2, 6], 6],
    ]);
    for (const { accuracies } of experts) {
      expect(accuracies.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(accuracies.at(-1)!.accuracy).toBeGreaterThan(0.6); // three classes
    }
    expect(await plan.store.weights(key, 0, 6)).not.toEqual(await plan.store.weights(key, 1, 6));
    await expect(plan.store.weights(key, 0, 1)).rejects.toThrow("no stored weights of epoch 1");
  });

  it.each([
    [0, "plain"],
    [0.5, "flat"],
  ] as const)(
    "goes on after an interruption as if there had been none, momentum %d, %s gradient",
    async (expertMomentum, expertDescent) => {
      const recipe = { ...training().recipe, expertMomentum, expertDescent };
      const whole = training({ recipe, measure: false });
      await progressOf(trainExperts(whole));

      const broken = training({ recipe, measure: false });
      for await (const { expert, epoch, batch } of trainExperts(broken))
        if (expert === 0 && epoch === 3 && batch === 2) break;
      expect((await broken.store.experts(key))[0]).toMatchObject({ trainedEpochs: 2, epochs: [0, 1, 2] });
      const rest = await progressOf(trainExperts(broken));
      expect(rest[0]).toMatchObject({ expert: 0, epoch: 3, batch: 1, doneEpochs: 0, totalEpochs: 4 });
      for (const expert of [0, 1])
        expect(await broken.store.weights(key, expert, 3)).toEqual(await whole.store.weights(key, expert, 3));
    },
  );

  it("is the same after it was cut off in every epoch, under batch norm and augmentation", async () => {
    const more = {
      network: convNet.build(SHAPE, 3, parseParams(convNet.params, { width: 4, depth: 2, norm: "batch" })),
      augmentation: dsa.build(parseParams(dsa.params, {}), SHAPE),
      recipe: { ...training().recipe, expertMomentum: 0.5 },
    };
    const whole = training(more);
    await progressOf(trainExperts(whole));
    const broken = training(more);
    for (const cut of [1, 2, 3, 1, 2, 3]) {
      const abandoned = trainExperts(broken); // nobody ends it: its tab is gone
      let next = await abandoned.next();
      while (!next.done && !(next.value.epoch === cut && next.value.batch === 2))
        next = await abandoned.next();
      expect(next.done).toBe(false);
    }
    await progressOf(trainExperts(broken));
    expect(await broken.store.experts(key)).toEqual(await whole.store.experts(key)); // accuracies too
    for (const expert of [0, 1])
      expect(await broken.store.state(key, expert)).toEqual(await whole.store.state(key, expert));
  });

  it("does nothing when all is there, goes on for later epochs, starts again for skipped ones", async () => {
    const plan = training({ epochs: [0, 2], measure: false });
    await progressOf(trainExperts(plan));
    expect(await progressOf(trainExperts(plan))).toEqual([]);
    const more = await progressOf(trainExperts({ ...plan, epochs: [0, 2, 3], experts: 1 }));
    expect(more.every(({ epoch }) => epoch === 3)).toBe(true);
    const skipped = await progressOf(trainExperts({ ...plan, epochs: [1], experts: 1 }));
    expect(skipped.map(({ epoch }) => epoch)).toEqual([1, 1, 1, 1]);
    expect((await plan.store.experts(key))[0]).toMatchObject({ epochs: [0, 1, 2, 3] });
    expect(await progressOf(trainExperts({ ...plan, epochs: [0, 1, 2, 3], experts: 1 }))).toEqual([]);
  });

  it("says which expert diverged", async () => {
    const recipe = { ...training().recipe, expertLr: 1e30 };
    await expect(progressOf(trainExperts(training({ recipe })))).rejects.toThrow(
      "Expert 1 diverged in epoch 1",
    );
  });
});

describe("trajectory keys and epochs", () => {
  it("name what decides the weights, whatever the order of the settings", () => {
    const other = { ...key, network: { id: "convnet", params: { depth: 3, width: 4 } } };
    const same = { ...key, network: { id: "convnet", params: { width: 4, depth: 3 } } };
    expect(trajectoryId(other)).toBe(trajectoryId(same));
    expect(trajectoryId(key)).not.toBe(trajectoryId(same));
  });

  it("covers starts and targets", () => {
    expect(drawableEpochs(2, 2)).toEqual([0, 1, 2, 3]);
    expect(drawableEpochs(1, 3)).toEqual([0, 3]);
  });
});
