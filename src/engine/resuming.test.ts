/** A run that goes on from a checkpoint ends, bit by bit, like one that was never interrupted. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineState } from "@/shared/checkpoint";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ParamRecord } from "@/shared/params";
import { distil } from "./distil";
import { bits, distinct, finish } from "./interruptedRuns";
import { stripes } from "./testData";
import { TINY_METHODS, TINY_SHAPE, tinyConfig, tinySource } from "./tinyRuns";
import { MemoryTrajectoryStore } from "./trajectories/memoryTrajectoryStore";

const ITERATIONS = 7;
const EVALUATED = { id: "standard", params: { interval: 3, networks: 2, epochs: 3 } };

const evaluated = (id: string, run: ParamRecord = {}, params: ParamRecord = {}): ExperimentConfig => ({
  ...tinyConfig(id, { iterations: ITERATIONS, ...run }, params),
  evaluation: EVALUATED,
});

const onNetwork = (config: ExperimentConfig, params: ParamRecord): ExperimentConfig => ({
  ...config,
  network: { id: "convnet", params: { width: 4, depth: 2, ...params } },
});

/** What a state of these methods must hold, too. */
const MORE: Record<string, string[]> = {
  dc: ["method.weights"],
  mtt: ["synLr"],
  tesla: ["synLr", "targets"],
  datm: ["synLr", "targetLogits", "targetLogits.velocity", "skipped"],
  pad: ["synLr", "targetLogits", "targetLogits.velocity", "skipped"],
};

/** Their runs are those of MTT with more to be kept: fewer cuts say as much. */
const ALIKE = ["datm", "pad"];

type Case = [what: string, config: ExperimentConfig, names: string[]];
const CASES: Case[] = [
  ...TINY_METHODS.map((id): Case => [id, evaluated(id), ["images", "images.velocity", ...(MORE[id] ?? [])]]),
  ["dm with batch norm", onNetwork(evaluated("dm"), { norm: "batch" }), ["images"]],
  ["dm without momentum", evaluated("dm", { momentum: 0 }), ["images"]],
  [
    "dc with batch norm",
    onNetwork(evaluated("dc"), { norm: "batch" }),
    ["method.weights", "method.statistics"],
  ],
  ["dc in batches", evaluated("dc", {}, { networkBatch: 4 }), ["method.weights"]],
  ["mtt with its rate", evaluated("mtt", { momentum: 0.9 }, { lrLr: 1e-4 }), ["synLr", "synLr.velocity"]],
];

describe.each(["wasm", "cpu"])("on %s", (backend) => {
  beforeAll(() => tf.setBackend(backend));
  afterAll(() => tf.setBackend("cpu"));

  it.each(backend === "wasm" ? CASES : CASES.slice(0, 1))("%s", async (what, config, names) => {
    const before = tf.memory().numTensors;
    const trajectories = new MemoryTrajectoryStore();
    const whole = await finish(config, trajectories);
    const { last, asked } = await finish(config, trajectories, { ask: true });
    expect(bits(last)).toEqual(bits(whole.last));
    expect(Object.keys(last.tensors)).toEqual(expect.arrayContaining(names));
    expect(last.evaluations.map(({ iteration }) => iteration)).toEqual([3, 6, 7]);

    const states = distinct(asked);
    expect(states.map(({ iteration }) => iteration)).toEqual([0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 7]);
    const isMethod = backend === "wasm" && (TINY_METHODS as readonly string[]).includes(what);
    for (const from of isMethod && !ALIKE.includes(what) ? states : states.filter((_, i) => i % 3 === 0)) {
      const resumed = await finish(config, trajectories, { from });
      expect(bits(resumed.last), `from iteration ${from.iteration}`).toEqual(bits(whole.last));
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("a run that goes on", () => {
  beforeAll(() => tf.setBackend("wasm"));
  afterAll(() => tf.setBackend("cpu"));
  const trajectories = new MemoryTrajectoryStore();

  it("may be stopped while its network trains, and again, and again", async () => {
    const config = evaluated("dc", {}, { networkEpochs: 5 });
    const whole = await finish(config, trajectories);
    let from: EngineState | undefined;
    for (const stop of [2, 4, 5]) {
      const run = distil({ config, source: tinySource, ...(from && { resumeFrom: from }) });
      let iteration = 0;
      for await (const event of run) {
        if (event.kind === "iteration") iteration = event.iteration;
        if (event.kind === "preparing" && iteration === stop) break;
      }
      from = await run.checkpoint(); // after the stop
      expect(from.iteration).toBe(stop);
    }
    expect(bits((await finish(config, trajectories, { from: from! })).last)).toEqual(bits(whole.last));
  });

  it("has a state before its first images, while experts train, and while the resumed run starts", async () => {
    const config = evaluated("mtt");
    const run = distil({ config, source: tinySource });
    expect(await run.checkpoint()).toMatchObject({ config, iteration: 0, tensors: {}, evaluations: [] });
    for await (const event of run) {
      expect(await run.checkpoint()).toMatchObject({ iteration: 0, datasetFingerprint: "stripes" });
      if (event.kind === "preparing" && event.step.startsWith("Training expert")) break;
    }
    const whole = await finish(config, trajectories);
    const fresh = await finish(config, trajectories, { from: await run.checkpoint() });
    expect(bits(fresh.last)).toEqual(bits(whole.last));

    const resumed = distil({ config, source: tinySource, resumeFrom: whole.last });
    await resumed.next();
    expect(await resumed.checkpoint()).toEqual(whole.last);
    expect((await resumed.snapshot()).iteration).toBe(ITERATIONS);
    await resumed.return();
  });

  it("carries its evaluations over and shows the restored images", async () => {
    const config = evaluated("dm");
    const { asked } = await finish(config, trajectories, { ask: true });
    const from = asked.find(({ iteration }) => iteration === 5)!;
    const run = distil({ config, source: tinySource, resumeFrom: from, showImages: true });
    const kinds: string[] = [];
    for await (const event of run) {
      kinds.push(event.kind);
      if (event.kind === "images" && event.iteration === 5) expect(kinds).not.toContain("iteration");
      if (event.kind === "done")
        expect(event.snapshot.evaluations.map(({ iteration }) => iteration)).toEqual([3, 6, 7]);
    }
    expect(kinds.filter((kind) => kind === "iteration")).toHaveLength(2);
    expect(kinds.filter((kind) => kind === "evaluation")).toHaveLength(2);
  });
});

describe("a saved state is refused", () => {
  const config = evaluated("dc");
  let saved: EngineState;
  beforeAll(async () => {
    await tf.setBackend("wasm");
    const { asked } = await finish(config, new MemoryTrajectoryStore(), { ask: true });
    saved = asked.find(({ iteration }) => iteration === 2)!;
  });
  afterAll(() => tf.setBackend("cpu"));

  const changed = (change: (state: EngineState) => void): EngineState => {
    const copy = structuredClone(saved);
    change(copy);
    return copy;
  };
  const resume = (resumeFrom: EngineState, now = config, source = tinySource) =>
    distil({ config: now, source, resumeFrom });

  it.each<[string, ExperimentConfig, string]>([
    ["another method", evaluated("dsa"), "the method was dc and is dsa now"],
    ["another IPC", evaluated("dc", { ipc: 3 }), '"Images per class (IPC)" was 2 and is 3 now'],
    ["another seed", evaluated("dc", { seed: 9 }), '"Seed" was 1 and is 9 now'],
    ["another network", onNetwork(config, { depth: 1 }), "was 2 and is 1 now"],
    ["another setting", evaluated("dc", {}, { batchReal: 9 }), '"Real images per class" was 8 and is 9'],
    [
      "another augmentation",
      { ...config, augmentation: { id: "none", params: {} } },
      "the augmentation was dsa and is none",
    ],
  ])("for %s", (_, now, message) => {
    expect(() => resume(saved, now)).toThrow(message);
  });

  it("for another dataset", () => {
    const { info, ...rest } = stripes(TINY_SHAPE, 3, { train: 20, test: 10 }, 2);
    const other = { ...rest, info: { ...info, fingerprint: "other" } };
    expect(() => resume(saved, config, other)).toThrow("made with other images");
  });

  it.each<[string, (state: EngineState) => void, string]>([
    ["numbers are missing", ({ tensors }) => (tensors["images"]!.shape[0] = 5), '"images" has 384 numbers'],
    ["a number is NaN", ({ tensors }) => (tensors["images"]!.values[7] = NaN), '"images" holds NaN'],
    ["a number is infinite", ({ tensors }) => (tensors["method.weights"]!.values[0] = Infinity), "Infinity"],
    ["its iteration is none", (state) => (state.iteration = 1.5), "iteration 1.5 of 7"],
    ["it is past the end", (state) => (state.iteration = 8), "iteration 8 of 7"],
  ])("when %s", (_, change, message) => {
    expect(() => resume(changed(change))).toThrow(message);
  });

  it.each<[string, (state: EngineState) => void, string]>([
    ["the images have another shape", ({ tensors }) => tensors["images"]!.shape.reverse(), "1 × 8 × 8 × 6"],
    ["the images are missing", ({ tensors }) => delete tensors["images"], 'no "images"'],
    ["the network is missing", ({ tensors }) => delete tensors["method.weights"], "lacks the network"],
  ])("once the run starts, when %s; and keeps no tensor", async (_, change, message) => {
    const before = tf.memory().numTensors;
    const start = async () => {
      for await (const event of resume(changed(change))) void event;
    };
    await expect(start()).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("but not for another rate or evaluation; a lower rate is taken, from a standstill", async () => {
    const slower = { ...config, run: { ...config.run, imageLr: 0.03 } };
    const now = { ...slower, evaluation: { ...EVALUATED, params: { interval: 0 } } };
    const still = changed(({ tensors }) => {
      for (const name of Object.keys(tensors)) if (name.endsWith(".velocity")) delete tensors[name];
    });
    expect(Object.keys(still.tensors).length).toBeLessThan(Object.keys(saved.tensors).length);
    const step = async (from: EngineState, settings: ExperimentConfig): Promise<EngineState> => {
      const run = resume(from, settings);
      for await (const event of run) if (event.kind === "iteration") break;
      return run.checkpoint();
    };
    const [fast, slow] = [await step(still, config), await step(saved, now)];
    expect(slow.config).toEqual(now);
    const moved = ({ tensors }: EngineState) =>
      tensors["images"]!.values.map((value, i) => value - saved.tensors["images"]!.values[i]!);
    const [far, near] = [moved(fast), moved(slow)];
    far.forEach((distance, i) => expect(near[i]).toBeCloseTo(0.3 * distance, 5));
    expect(Math.max(...near)).toBeGreaterThan(0);
  });
});
