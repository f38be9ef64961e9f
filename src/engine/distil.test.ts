import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ParamRecord } from "@/shared/params";
import type { RunEvent, Snapshot } from "@/shared/run";
import { catalog } from "./catalog";
import { distil } from "./distil";
import { methods } from "./methods";
import { defineMethod } from "./methods/method";
import { stripes } from "./testData";

const SHAPE = { height: 8, width: 8, channels: 1 } as const;
const source = stripes(SHAPE, 3, { train: 20, test: 10 });

function config(run: ParamRecord = {}, more: Partial<ExperimentConfig> = {}): ExperimentConfig {
  return {
    datasetId: "stripes",
    run: { ipc: 2, iterations: 12, ...run },
    method: { id: "dm", params: { batchReal: 8 } },
    network: { id: "convnet", params: { width: 4, depth: 2 } },
    augmentation: { id: "dsa", params: {} },
    evaluation: { id: "standard", params: { interval: 0 } },
    ...more,
  };
}

async function collect(run: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}
const snapshotOf = (events: RunEvent[]): Snapshot => {
  const last = events.at(-1);
  if (last?.kind !== "done") throw new Error(`the run ended with ${last?.kind}`);
  return last.snapshot;
};

beforeAll(() => tf.setBackend("wasm"));
afterAll(() => tf.setBackend("cpu"));

describe("a run", () => {
  it("gives the same images for the same seed, and others for another", async () => {
    const run = async (seed: number) =>
      snapshotOf(await collect(distil({ config: config({ seed }), source }))).images;
    const [first, second, other] = [await run(7), await run(7), await run(8)];
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("says what it does, in order, and lowers its loss", async () => {
    const options = { config: config({ iterations: 60 }), source, showImages: true };
    const events = await collect(distil({ ...options, shouldRead: (iteration) => iteration % 2 === 0 }));
    expect(events[0]).toMatchObject({ kind: "preparing", total: 90 });
    const kinds = events.filter((event) => event.kind !== "preparing").map((event) => event.kind);
    expect(kinds.slice(0, 4)).toEqual(["images", "iteration", "images", "iteration"]);
    const losses = events.flatMap((event) =>
      event.kind === "iteration" && event.loss !== null ? [event.loss] : [],
    );
    expect(losses).toHaveLength(30);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(losses.slice(-8))).toBeLessThan(0.8 * mean(losses.slice(0, 8)));
    const images = events.find((event) => event.kind === "images");
    expect(images).toMatchObject({ iteration: 0, width: 8, height: 8, count: 6 });
    expect(images?.kind === "images" && images.pixels.length).toBe(6 * 64 * 4);
  });

  it("keeps no tensor, neither while it runs nor after its end or an early stop", async () => {
    const before = tf.memory().numTensors;
    const run = distil({ config: config({ iterations: 500 }), source });
    const during = new Set<number>();
    for await (const event of run)
      if (event.kind === "iteration" && event.iteration > 2) during.add(tf.memory().numTensors);
    expect(during.size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);

    const stopped = distil({ config: config(), source });
    for await (const event of stopped) if (event.kind === "iteration" && event.iteration === 3) break;
    expect(tf.memory().numTensors).toBe(before);
    expect((await stopped.snapshot()).iteration).toBe(3);
  });

  it("may be stopped while it loads and while it evaluates", async () => {
    const before = tf.memory().numTensors;
    let closed = false;
    const slow: typeof source = {
      info: source.info,
      async *chunks(split, signal) {
        try {
          for await (const chunk of source.chunks(split, signal)) yield chunk;
        } finally {
          closed = true;
        }
      },
    };
    for await (const event of distil({ config: config(), source: slow }))
      if (event.kind === "preparing") break;
    expect(closed).toBe(true);

    const evaluation = { id: "standard", params: { interval: 2, epochs: 50 } };
    const evaluating = distil({ config: config({}, { evaluation }), source });
    for await (const event of evaluating) if (event.kind === "evaluating" && event.epoch === 5) break;
    expect(tf.memory().numTensors).toBe(before);
    expect(await evaluating.snapshot()).toMatchObject({ iteration: 2, evaluations: [] });
  });

  it("gives a snapshot at any time, none before the first images", async () => {
    const run = distil({ config: config({ init: "noise" }), source });
    await expect(run.snapshot()).rejects.toThrow("no synthetic images yet");
    for await (const event of run) {
      if (event.kind !== "iteration") continue;
      const snapshot = await run.snapshot();
      expect(snapshot.iteration).toBe(event.iteration);
      expect(Array.from(snapshot.labels)).toEqual([0, 0, 1, 1, 2, 2]);
      expect(snapshot).toMatchObject({
        shape: SHAPE,
        datasetFingerprint: "stripes",
        mean: [0.5],
        std: [0.25],
      });
    }
  });

  it("evaluates at its interval and at the end, and may be paused in between", async () => {
    const evaluation = {
      id: "standard",
      params: { interval: 5, networks: 2, epochs: 40, learningRate: 0.05 },
    };
    const before = tf.memory().numTensors;
    const events = await collect(distil({ config: config({ iterations: 7 }, { evaluation }), source }));
    const scores = events.flatMap((event) => (event.kind === "evaluation" ? [event.score] : []));
    expect(scores.map((score) => score.iteration)).toEqual([5, 7]);
    expect(scores[1]!.accuracies).toHaveLength(2);
    expect(scores[1]!.mean).toBeGreaterThan(0.6); // three classes, guessing gives 0.33
    expect(snapshotOf(events).evaluations).toEqual(scores);
    const progress = events.filter((event) => event.kind === "evaluating");
    expect(progress[0]).toMatchObject({ network: 1, networks: 2, epoch: 1, epochs: 41 });
    expect(progress.length).toBeGreaterThan(2 * 2 * 41 - 1);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(["dc", "dcNoise", "none"])("evaluates with the augmentation %s", async (augmentation) => {
    const evaluation = { id: "standard", params: { interval: 1, networks: 1, epochs: 4, augmentation } };
    const events = await collect(distil({ config: config({ iterations: 1 }, { evaluation }), source }));
    expect(snapshotOf(events).evaluations[0]!.mean).toBeGreaterThan(0);
  });

  it("ends with a clear sentence when it diverges", async () => {
    const run = distil({
      config: config(
        { imageLr: 100_000, momentum: 0.999, iterations: 3000, ipc: 1 },
        { network: { id: "convnet", params: { width: 4, depth: 1, norm: "none" } } },
      ),
      source,
    });
    await expect(collect(run)).rejects.toThrow(/diverged/);
  });
});

describe("wrong settings are refused at once", () => {
  const start = (changed: ExperimentConfig, from = source) => distil({ config: changed, source: from });
  it.each([
    ["an unknown method", config({}, { method: { id: "xy", params: {} } }), 'There is no method "xy"'],
    ["a wrong number", config({ imageLr: -1 }), "Image learning rate must be between"],
    ["more images per class than there are", config({ ipc: 21 }), 'fewer than "Images per class (IPC)" 21'],
    [
      "a network that is too deep",
      config({}, { network: { id: "convnet", params: { depth: 6 } } }),
      /depth/i,
    ],
  ])("%s", (_, changed, message) => {
    expect(() => start(changed)).toThrow(message);
  });
  it("an evaluation without test images", () => {
    const untested = stripes(SHAPE, 3, { train: 5, test: 0 });
    const evaluation = { id: "standard", params: { interval: 5 } };
    expect(() => start(config({}, { evaluation }), untested)).toThrow("no test images");
    expect(() => start(config(), untested)).not.toThrow();
  });
  it("but not more images of noise than there are real ones", () => {
    expect(() => start(config({ ipc: 21, init: "noise" }))).not.toThrow();
  });
});

describe("the contract of a method", () => {
  it("allows a long start, more learnables and work between two updates", async () => {
    const log: string[] = [];
    methods.set(
      "probe",
      defineMethod({
        id: "probe",
        label: "Probe",
        about: "",
        order: "",
        cost: "",
        params: {},
        work: () => ({ passes: [], weightVectors: 0 }),
        async *start({ syn }) {
          yield { step: "Training experts", done: 1, total: 1 };
          syn.learn("synLr", tf.scalar(0.5), { learningRate: 0.1, momentum: 0 });
          await Promise.resolve();
          return {
            step: () => ({
              loss: syn.value("synLr").asScalar().clone(),
              gradients: { synLr: tf.scalar(1), images: tf.zerosLike(syn.images) },
            }),
            async *afterUpdate(iteration) {
              log.push(`trained after ${iteration}`);
              await Promise.resolve();
              yield;
            },
            dispose: () => void log.push("disposed"),
          };
        },
      }),
    );
    try {
      const before = tf.memory().numTensors;
      const probe = config({ iterations: 3 }, { method: { id: "probe", params: {} } });
      const events = await collect(distil({ config: probe, source, shouldRead: () => true }));
      expect(events).toContainEqual({ kind: "preparing", step: "Training experts", done: 1, total: 1 });
      const losses = events.flatMap((event) => (event.kind === "iteration" ? [event.loss] : []));
      expect(losses).toEqual([0.5, 0.4, 0.3].map((value) => expect.closeTo(value, 5) as number));
      expect(log).toEqual(["trained after 1", "trained after 2", "disposed"]);
      expect(tf.memory().numTensors).toBe(before);
    } finally {
      methods.delete("probe");
    }
  });
});

it("the catalog survives structuredClone and keeps the names the page relies on", () => {
  const plain = structuredClone(catalog());
  expect(plain.methods.map((method) => method.id)).toContain("dm");
  expect(plain.augmentations.map((augmentation) => augmentation.id)).toEqual(
    expect.arrayContaining(["dsa", "none"]),
  );
  const labels = Object.values(plain.run).map((param) => param.label);
  expect(labels).toEqual(
    expect.arrayContaining([
      "Images per class (IPC)",
      "Iterations",
      "Image learning rate",
      "Image momentum",
      "Initialisation",
      "Seed",
    ]),
  );
});
