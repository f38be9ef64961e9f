import "fake-indexeddb/auto";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { StoredScores } from "@/data/runs/scoreStore";
import { SnapshotStore } from "@/data/runs/snapshotStore";
import { toBytes } from "@/data/writers/snapshotArrays";
import { pngForm } from "@/engine/studies/pngForm";
import { distilledSet, SHORT_PROTOCOL, SMALL_NETWORK, STRIPES } from "@/engine/studies/testSets";
import { UserError } from "@/shared/errors";
import type { EvaluationRequest, EvaluationUpdate } from "@/shared/evaluating";
import type { Snapshot } from "@/shared/run";
import { createStudyHandlers } from "./studyHandlers";

const NAME = "studies";
const snapshots = new SnapshotStore(NAME);
const handlers = createStudyHandlers({
  snapshots,
  scores: new StoredScores(NAME),
  openSource: () => Promise.resolve(STRIPES),
  startEngine: () => Promise.resolve(),
  explain: (error) => error,
  clock: () => performance.now(),
});

let snapshot: Snapshot;
let request: EvaluationRequest;
beforeAll(async () => {
  await tf.setBackend("wasm");
  snapshot = (await distilledSet()).snapshot;
  const { id } = await snapshots.save(snapshot, 1);
  request = {
    snapshotIds: [id],
    datasetId: STRIPES.info.id,
    subjects: ["set", "png"],
    networks: [SMALL_NETWORK],
    protocol: SHORT_PROTOCOL,
    fullEpochs: 1,
    seed: 1,
  };
});
afterAll(() => tf.setBackend("cpu"));

/** Starts a study and keeps its updates. */
async function start<U extends { phase: string }>(
  begin: (onUpdate: (update: U) => void) => Promise<void>,
): Promise<{ updates: U[]; until: (phase: string) => Promise<U> }> {
  const updates: U[] = [];
  await begin((update) => updates.push(update));
  const until = async (phase: string): Promise<U> => {
    const deadline = performance.now() + 30_000;
    for (;;) {
      const last = updates.at(-1);
      if (last?.phase === phase) return last;
      if (performance.now() > deadline) throw new Error(`still ${last?.phase}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  return { updates, until };
}

const evaluation = (changed: Partial<EvaluationRequest> = {}) =>
  start<EvaluationUpdate>((onUpdate) => handlers.evaluate({ ...request, ...changed }, onUpdate));

describe("studies in the engine worker", () => {
  it("have nothing to pause before the first", async () => {
    await expect(handlers.pauseStudy()).rejects.toThrow(UserError);
    await handlers.stopStudy();
  });

  it("evaluate, remember, and tell the list of sets", async () => {
    const before = tf.memory().numTensors;
    const first = await (await evaluation()).until("done");
    expect(tf.memory().numTensors).toBe(before);
    expect(first).toMatchObject({ done: 4, total: 4, eta: null });
    expect(first.elapsed).toBeGreaterThan(0);
    const [set] = first.rows;
    expect((await snapshots.list())[0]!.accuracy).toBe(set!.mean);
    const second = await (await evaluation()).until("done");
    expect(second.rows).toEqual(first.rows.map((row) => ({ ...row, cached: true })));
  });

  it("pause, go on, and stop", async () => {
    const long = { protocol: { id: "standard", params: { networks: 2, epochs: 150 } } };
    const { updates, until } = await evaluation({ ...long, seed: 2 });
    await handlers.pauseStudy();
    await until("paused");
    const count = updates.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(updates.length).toBe(count);
    await handlers.resumeStudy();
    await until("running");
    await handlers.stopStudy();
    expect(updates.at(-1)!.phase).toBe("stopped");
  });

  it("end the one before", async () => {
    const first = await evaluation({ seed: 3 });
    const [snapshotId] = request.snapshotIds as [string];
    const { datasetId, protocol, seed } = request;
    const continual = { snapshotId, datasetId, protocol, seed, steps: 2, repeats: 1, network: SMALL_NETWORK };
    const second = await start((onUpdate) => handlers.studyContinual(continual, onUpdate));
    expect(first.updates.at(-1)!.phase).toBe("stopped");
    expect(await second.until("done")).toMatchObject({ classesSeen: [2, 4], done: 4 });
    const grid = [2, 3, 4].map((width) => ({ id: "convnet", params: { width, depth: 1 } }));
    const search = { snapshotId, datasetId, protocol, seed, grid, realEpochs: 1 };
    const third = await start((onUpdate) => handlers.studyArchitectures(search, onUpdate));
    expect((await third.until("done")) as object).toMatchObject({ done: 12, total: 12 });
  });

  it("refuse a set that is not there, and other data", async () => {
    await expect(evaluation({ snapshotIds: ["x"] })).rejects.toThrow("no longer kept");
    const { id } = await snapshots.save({ ...snapshot, datasetFingerprint: "other" }, 2);
    await expect(evaluation({ snapshotIds: [id] })).rejects.toThrow("distilled from other images");
  });
});

it("the PNG form is what the PNGs hold", () => {
  const { images, labels, mean, std } = snapshot;
  const bytes = Array.from(labels, (_, i) => [...toBytes(snapshot, i)]).flat();
  const shown = Array.from(pngForm({ ...snapshot, images }), (value) => value * std[0]! + mean[0]!);
  shown.forEach((value, i) => expect(value * 255).toBeCloseTo(bytes[i]!, 3));
});
