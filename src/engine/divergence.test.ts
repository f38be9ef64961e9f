/** What is not finite is noticed at the next boundary, and never reaches a picture, a snapshot or a checkpoint. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { EngineState } from "@/shared/checkpoint";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import type { RunEvent } from "@/shared/run";
import { distil } from "./distil";
import type { Distillation } from "./distillation";
import { methods } from "./methods";
import { defineMethod, type Step } from "./methods/method";
import { tinyConfig, tinySource } from "./tinyRuns";

beforeAll(() => tf.setBackend("wasm"));
afterAll(() => tf.setBackend("cpu"));

/** Takes events until the run fails. */
async function untilFailure(run: Distillation): Promise<{ events: RunEvent[]; error: ErrorInfo }> {
  const events: RunEvent[] = [];
  try {
    for await (const event of run) events.push(event);
  } catch (error) {
    return { events, error: errorInfo(error) };
  }
  throw new Error("the run did not fail");
}

const atRate = (config: ExperimentConfig, imageLr: number): ExperimentConfig => ({
  ...config,
  run: { ...config.run, imageLr },
});

function expectFinite({ tensors }: EngineState): void {
  expect(tensors["images"]).toBeDefined();
  for (const [name, { values }] of Object.entries(tensors))
    expect(values.every(Number.isFinite), name).toBe(true);
}

describe("an update that is not finite", () => {
  /** Gives a step at iteration 4 what is wrong with it, while the rate is above 0.5. */
  function probe(wrong: (step: Step) => Partial<Step>): ExperimentConfig {
    methods.set(
      "probe",
      defineMethod({
        ...{ id: "probe", label: "Probe", about: "", order: "", cost: "", params: {} },
        work: () => ({ passes: [], weightVectors: 0 }),
        start: ({ syn, run }) => {
          syn.learn("synLr", tf.scalar(0.5), { learningRate: 0.1, momentum: 0 });
          return {
            step(iteration) {
              const gradients = { images: tf.onesLike(syn.images), synLr: tf.scalar(0) };
              const step: Step = { loss: tf.scalar(1), gradients };
              return iteration === 4 && run.imageLr > 0.5 ? { ...step, ...wrong(step) } : step;
            },
          };
        },
      }),
    );
    const config = tinyConfig("dm", { iterations: 9, imageLr: 1 });
    return {
      ...config,
      method: { id: "probe", params: {} },
      evaluation: { id: "standard", params: { interval: 5, networks: 1, epochs: 1 } },
    };
  }
  afterEach(() => void methods.delete("probe"));

  /** Zeros but for the last number. */
  const lastOnly = ({ size, shape }: tf.Tensor, value: number): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: size }, (_, i) => (i === size - 1 ? value : 0)),
      shape,
    );

  /** What is wrong, and the last state whose own loss is finite. */
  const CASES: [string, number, (step: Step) => Partial<Step>][] = [
    ["the loss is NaN", 3, () => ({ loss: tf.scalar(NaN) })],
    ["the loss is infinite", 3, () => ({ loss: tf.scalar(-Infinity) })],
    ...[NaN, Infinity, -Infinity].map((value): [string, number, (step: Step) => Partial<Step>] => [
      `one number of the images is ${value}`,
      4,
      ({ gradients }) => ({ gradients: { ...gradients, images: lastOnly(gradients["images"]!, value) } }),
    ]),
    [
      "the learned rate is NaN",
      4,
      ({ gradients }) => ({ gradients: { ...gradients, synLr: tf.scalar(NaN) } }),
    ],
  ];

  it.each(CASES)("%s: noticed, and iteration %i is the last good one", async (_, lastGood, wrong) => {
    for (const reads of [false, true]) {
      const before = tf.memory().numTensors;
      const config = probe(wrong);
      const run = distil({ config, source: tinySource, showImages: true, shouldRead: () => reads });
      const { events, error } = await untilFailure(run);
      expect(error).toMatchObject({
        kind: "diverged",
        message: expect.stringContaining("diverged in iteration 5"),
        hint: 'Go on from its last good state with a smaller "Image learning rate".',
      });
      expect(events.map(({ kind }) => kind)).not.toContain("evaluation");
      const told = events.flatMap((event) => (event.kind === "iteration" ? [event.iteration] : []));
      expect(told.at(-1)).toBe(reads ? 4 : 5); // one that is not read is noticed one iteration later
      const pictured = events.flatMap((event) => (event.kind === "images" ? [event.iteration] : []));
      expect(Math.max(...pictured)).toBeLessThanOrEqual(4);

      const state = await run.checkpoint();
      expect(state.iteration).toBe(lastGood);
      expectFinite(state);
      const snapshot = await run.snapshot();
      expect(snapshot).toMatchObject({ iteration: lastGood, synLr: 0.5 });
      expect(snapshot.images.every(Number.isFinite)).toBe(true);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it("is not in a checkpoint that is asked for before it is noticed", async () => {
    const run = distil({ config: probe(() => ({ loss: tf.scalar(NaN) })), source: tinySource });
    const asked: number[] = [];
    const drive = async () => {
      for await (const event of run) {
        if (event.kind !== "iteration") continue;
        const state = await run.checkpoint();
        expectFinite(state);
        expect((await run.snapshot()).iteration).toBe(state.iteration);
        asked.push(state.iteration);
      }
    };
    await expect(drive()).rejects.toThrow("diverged");
    expect(asked).toEqual([1, 2, 3, 4, 3]);
  });

  it("is passed with a lower rate, from the last good state", async () => {
    const config = probe(() => ({ loss: tf.scalar(NaN) }));
    const failed = distil({ config, source: tinySource });
    await untilFailure(failed);
    const resumeFrom = await failed.checkpoint();
    const run = distil({ config: atRate(config, 0.1), source: tinySource, resumeFrom });
    const events: RunEvent[] = [];
    for await (const event of run) events.push(event);
    expect(events.find(({ kind }) => kind === "iteration")).toMatchObject({ iteration: 4 });
    const last = await run.checkpoint();
    expect(last).toMatchObject({ iteration: 9, config: { run: { imageLr: 0.1 } } });
    expectFinite(last);
  });
});

describe("a method that diverges", () => {
  it.each(["dm", "dc", "mtt"])("%s keeps its last good state", async (id) => {
    const before = tf.memory().numTensors;
    const config: ExperimentConfig = {
      ...tinyConfig(id, { imageLr: 100_000, momentum: 0.99, iterations: 2000, init: "noise" }),
      network: { id: "convnet", params: { width: 4, depth: 1, norm: "none" } },
    };
    const run = distil({ config, source: tinySource });
    const { error } = await untilFailure(run);
    expect(error.kind).toBe("diverged");
    const state = await run.checkpoint();
    const [, failed] = /in iteration (\d+):/.exec(error.message)!;
    expect([1, 2]).toContain(Number(failed) - state.iteration); // 2 when it was the loss
    expectFinite(state);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("comes back when it goes on at half the rate, and at half of that", async () => {
    let config: ExperimentConfig = {
      ...tinyConfig("dm", { imageLr: 100_000, momentum: 0.5, iterations: 60, init: "noise" }),
      network: { id: "convnet", params: { width: 4, depth: 1, norm: "none" } },
    };
    let resumeFrom: EngineState | undefined;
    let halves = 0;
    for (; halves < 25; halves++) {
      const run = distil({ config, source: tinySource, ...(resumeFrom && { resumeFrom }) });
      const failed = await untilFailure(run).catch(() => null);
      const state = await run.checkpoint();
      expectFinite(state);
      if (!failed) {
        expect(state.iteration).toBe(60);
        break;
      }
      if (resumeFrom) expect(state.iteration).toBeGreaterThanOrEqual(resumeFrom.iteration);
      resumeFrom = state;
      config = atRate(config, Number(config.run["imageLr"]) / 2);
    }
    expect(halves).toBeGreaterThan(0);
    expect(halves).toBeLessThan(25);
  });

  it("names the network's rate where the network is what diverges", async () => {
    const config: ExperimentConfig = {
      ...tinyConfig("dc", { imageLr: 100_000 }, { networkSteps: 6, networkEpochs: 50, networkLr: 1 }),
      network: { id: "convnet", params: { width: 4, depth: 3, norm: "none", activation: "leakyrelu" } },
    };
    const run = distil({ config, source: tinySource });
    const { error } = await untilFailure(run);
    expect(error.hint).toContain("Network learning rate");
    expect(error.kind).toBeUndefined();
    expectFinite(await run.checkpoint());
  });
});
