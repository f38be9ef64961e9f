/** Runs that begin with a kept set: with every float of it, again and again the same, and refused where it does not fit. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExperimentConfig } from "@/shared/experiment";
import { Random } from "@/shared/random";
import type { Snapshot } from "@/shared/run";
import { distil } from "./distil";
import { tensorsOfSet } from "./initialSet";
import { bits, finish } from "./interruptedRuns";
import { loadRealData, type RealData } from "./realData";
import { SyntheticSet, firstImages } from "./syntheticSet";
import { tinyConfig, tinySource } from "./tinyRuns";
import { MemoryTrajectoryStore } from "./trajectories/memoryTrajectoryStore";

const ID = "a".repeat(64);
const trajectories = new MemoryTrajectoryStore();

/** A set of 3 classes of 2 images, 8 × 8, grey; with soft labels and a rate. */
const kept: Snapshot = {
  config: tinyConfig("mtt"),
  iteration: 9,
  shape: tinySource.info.shape,
  images: Float32Array.from({ length: 6 * 64 }, (_, i) => Math.sin(i)),
  labels: Uint16Array.of(0, 0, 1, 1, 2, 2),
  targets: Float32Array.from({ length: 18 }, (_, i) => (Math.floor(i / 6) === i % 3 ? 0.5 : 0.25)),
  synLr: Math.fround(0.07),
  classNames: tinySource.info.classNames,
  datasetName: tinySource.info.name,
  datasetFingerprint: tinySource.info.fingerprint,
  mean: tinySource.info.mean,
  std: tinySource.info.std,
  evaluations: [],
};

async function load(): Promise<RealData> {
  const loading = loadRealData(tinySource);
  for (;;) {
    const next = await loading.next();
    if (next.done) return next.value;
  }
}

const beginning = (id: string, run = {}): ExperimentConfig =>
  tinyConfig(id, { iterations: 3, init: "set", initialSet: ID, ...run });

describe("a run that begins with a kept set", () => {
  beforeAll(() => tf.setBackend("wasm"));
  afterAll(() => tf.setBackend("cpu"));

  it("has every float of it, and the usual start of what the set lacks", async () => {
    const realData = await load();
    const before = tf.memory().numTensors;
    const start = { tensors: tensorsOfSet(kept), isWhole: false };
    const images = firstImages(realData, 2, "set", new Random(1));
    const syn = new SyntheticSet(images, realData, 2, { learningRate: 1, momentum: 0 }, start);
    syn.learn("synLr", tf.scalar(1), { learningRate: 1, momentum: 0 });
    syn.learn("other", tf.scalar(3), { learningRate: 1, momentum: 0 });
    expect(await syn.read()).toEqual(kept.images);
    const targets = syn.targets();
    expect(await targets.data()).toEqual(kept.targets);
    expect(await syn.value("synLr").data()).toEqual(Float32Array.of(kept.synLr!));
    expect(await syn.value("other").data()).toEqual(Float32Array.of(3));
    tf.dispose([targets]);
    syn.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(["dm", "mtt", "datm"])(
    "by %s gives the same again, and goes on from its states without the set",
    async (id) => {
      const config = beginning(id);
      const { last, asked } = await finish(config, trajectories, { ask: true, initialSet: kept });
      expect(bits((await finish(config, trajectories, { initialSet: kept })).last)).toEqual(bits(last));
      const elsewhere = await finish(tinyConfig(id, { iterations: 3 }), trajectories);
      expect(elsewhere.last.tensors["images"]).not.toEqual(last.tensors["images"]);
      const from = asked.find(({ iteration }) => iteration === 1)!;
      expect(bits((await finish(config, trajectories, { from })).last)).toEqual(bits(last));
      const other = { ...config, run: { ...config.run, initialSet: "b".repeat(64) } };
      await expect(finish(other, trajectories, { from })).rejects.toThrow('"Kept set" was aaaa');
    },
  );

  it("is refused where set and run do not fit, by name", () => {
    const start = (set: Partial<Snapshot> | undefined, run = {}) => {
      const initialSet = set && { ...kept, ...set };
      return () =>
        distil({ config: beginning("dm", run), source: tinySource, ...(initialSet && { initialSet }) });
    };
    expect(start(undefined)).toThrow(/begin with a kept set, and none is chosen/);
    expect(start({}, { ipc: 1 })).toThrow(/has 2 images of "stripe 0", and "Images per class \(IPC\)" is 1/);
    expect(start({}, { preprocessing: "zca" })).toThrow(/"Preprocessing" standard, and the run zca/);
    expect(start({ shape: { height: 9, width: 8, channels: 1 } })).toThrow(
      /8 × 9 grey, and "stripes" has 8 × 8 grey/,
    );
    expect(start({ classNames: ["a", "b"] })).toThrow(/has 2 classes, and "stripes" has 3/);
    expect(start({ datasetFingerprint: "other", datasetName: "dots" })).toThrow(/other images \("dots"\)/);
  });
});
