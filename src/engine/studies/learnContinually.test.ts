import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContinualRequest } from "@/shared/evaluating";
import { collect, loadAll } from "./drain";
import { learnContinually } from "./learnContinually";
import { MemoryScores } from "./memoryScores";
import type { KeptSnapshot } from "./study";
import { distilledSet, SHORT_PROTOCOL, SMALL_NETWORK, STRIPES } from "./testSets";
import { ofClasses, setOf } from "./trainingSets";

const request: ContinualRequest = {
  snapshotId: "kept",
  datasetId: STRIPES.info.id,
  steps: 3,
  repeats: 2,
  network: SMALL_NETWORK,
  protocol: SHORT_PROTOCOL,
  seed: 1,
};

let kept: KeptSnapshot;
beforeAll(async () => {
  await tf.setBackend("wasm");
  kept = await distilledSet();
});
afterAll(() => tf.setBackend("cpu"));

const learn = async (scores = new MemoryScores(), changed: Partial<ContinualRequest> = {}) => {
  const { events } = await collect(
    learnContinually({ ...request, ...changed }, kept, { source: STRIPES, scores }),
  );
  return { events, last: events.at(-1)!.state };
};

describe("continual learning", () => {
  it("tests both memories after every step, the same for the same seed, and keeps no tensor", async () => {
    const before = tf.memory().numTensors;
    const scores = new MemoryScores();
    const { last, events } = await learn(scores);
    expect(tf.memory().numTensors).toBe(before);
    expect(last).toMatchObject({ classesSeen: [1, 3, 4], done: 12, total: 12 });
    expect(events.at(-1)!.share).toBeCloseTo(1, 9);
    expect(last.memories.map(({ subject }) => subject)).toEqual(["set", "random"]);
    for (const { accuracies } of last.memories) {
      expect(accuracies.map((own) => own.length)).toEqual([2, 2, 2]);
      expect(accuracies[0]).toEqual([1, 1]); // one class alone cannot be missed
    }
    expect((await learn()).last).toEqual(last);
    const again = await learn(scores);
    expect(again.events).toHaveLength(1);
    expect(again.last).toEqual(last);
  });

  it("goes on after a stop", async () => {
    const scores = new MemoryScores();
    const before = tf.memory().numTensors;
    for await (const { state, share } of learnContinually(request, kept, { source: STRIPES, scores }))
      if (state.done === 4 && share > 0.3) break;
    expect(tf.memory().numTensors).toBe(before);
    const { events, last } = await learn(scores);
    expect(events[0]!.state.done).toBe(4);
    expect(last).toEqual((await learn()).last);
  });

  it("says at once what cannot be", () => {
    const start = (changed: Partial<ContinualRequest>) => () =>
      learnContinually({ ...request, ...changed }, kept, { source: STRIPES, scores: new MemoryScores() });
    expect(start({ steps: 5 })).toThrow("4 classes cannot come in 5 steps");
    expect(start({ repeats: 0 })).toThrow("repetitions");
    expect(start({ network: { id: "x", params: {} } })).toThrow('no network "x"');
  });
});

describe("ofClasses", () => {
  it("keeps the images of the classes, and scales soft targets to sum to 1", async () => {
    const targets = Float32Array.from({ length: 8 * 4 }, (_, i) => [0.5, 0.25, 0.25, 0][i % 4]!);
    const whole = setOf({ ...kept.snapshot, targets }, "set", await loadAll(STRIPES));
    const part = ofClasses(whole, kept.snapshot.labels, [0, 2]);
    const size = 64;
    const images = [...kept.snapshot.images];
    expect([...(await part.images.data())]).toEqual([
      ...images.slice(0, 2 * size),
      ...images.slice(4 * size, 6 * size),
    ]);
    const rows = await part.targets.array();
    expect(rows).toHaveLength(4);
    for (const [first, second] of rows) {
      expect(first).toBeCloseTo(2 / 3, 6);
      expect(second).toBeCloseTo(1 / 3, 6);
    }
    tf.dispose([whole.images, whole.targets, part.images, part.targets]);
  });
});
