import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EvaluationRequest, SubjectId } from "@/shared/evaluating";
import { collect } from "./drain";
import { evaluateSets } from "./evaluateSets";
import { MemoryScores } from "./memoryScores";
import { pngForm } from "./pngForm";
import type { KeptSnapshot } from "./study";
import { distilledSet, SHORT_PROTOCOL, SMALL_NETWORK, STRIPES } from "./testSets";

const SUBJECTS: SubjectId[] = ["set", "png", "random", "herding", "kcenter", "mean", "full"];
const request: EvaluationRequest = {
  snapshotIds: ["kept"],
  datasetId: STRIPES.info.id,
  subjects: SUBJECTS,
  networks: [SMALL_NETWORK, { id: "mlp", params: {} }],
  protocol: SHORT_PROTOCOL,
  fullEpochs: 2,
  seed: 3,
};

let kept: KeptSnapshot;
beforeAll(async () => {
  await tf.setBackend("wasm");
  kept = await distilledSet();
});
afterAll(() => tf.setBackend("cpu"));

const evaluate = async (
  changed: Partial<EvaluationRequest> = {},
  scores = new MemoryScores(),
  sets: KeptSnapshot[] = [kept],
) => {
  const { events } = await collect(
    evaluateSets({ ...request, ...changed }, sets, { source: STRIPES, scores }),
  );
  return { events, last: events.at(-1)!.state };
};

describe("the evaluation of kept sets", () => {
  it("fills every row, in order, with all networks, and keeps no tensor", async () => {
    const before = tf.memory().numTensors;
    const { events, last } = await evaluate();
    expect(tf.memory().numTensors).toBe(before);
    expect(last.rows.map(({ subject, network }) => [network.id, subject])).toEqual(
      ["convnet", "mlp"].flatMap((id) => SUBJECTS.map((subject) => [id, subject])),
    );
    for (const { accuracies, mean, std, confusion, cached } of last.rows) {
      expect(accuracies).toHaveLength(2);
      expect(mean).toBeCloseTo((accuracies[0]! + accuracies[1]!) / 2, 12);
      expect(std).toBeCloseTo(Math.abs(accuracies[0]! - accuracies[1]!) / 2, 12);
      expect(confusion.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([16, 16, 16, 16]);
      const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
      expect(right / 64).toBeCloseTo(mean, 12);
      expect(cached).toBe(false);
    }
    expect(last).toMatchObject({ done: 29, total: 29 }); // 2 x 7 x 2 networks, and one for the features
    const shares = events.map(({ share }) => share);
    expect(shares.every((share, i) => i === 0 || share >= shares[i - 1]!)).toBe(true);
    expect(shares.at(-1)).toBeCloseTo(1, 9);
    const { rows } = last;
    const mean = (subject: SubjectId) => rows.find((row) => row.subject === subject)!.mean;
    const [scores] = last.scores;
    expect(scores!.hlr).toBeCloseTo(mean("full") - mean("set"), 12);
    expect(scores!.ior).toBeCloseTo(mean("set") - mean("random"), 12);
    expect(scores!.lrs).not.toBeNull();
  });

  it("gives the same scores for the same seed, and others for another", async () => {
    const changed = { subjects: ["random", "kcenter"] as SubjectId[], networks: [SMALL_NETWORK] };
    const first = await evaluate(changed);
    expect((await evaluate(changed)).last.rows).toEqual(first.last.rows);
    const other = await evaluate({ ...changed, seed: 4 });
    expect(other.last.rows.map(({ confusion }) => confusion)).not.toEqual(
      first.last.rows.map(({ confusion }) => confusion),
    );
  });

  it("goes on after a stop without training anything twice, and says what was known", async () => {
    const scores = new MemoryScores();
    const changed = { subjects: ["set", "random"] as SubjectId[], networks: [SMALL_NETWORK] };
    const whole = await evaluate(changed);
    const before = tf.memory().numTensors;
    const running = evaluateSets({ ...request, ...changed }, [kept], { source: STRIPES, scores });
    for await (const { state } of running) if (state.done === 1 && state.curve?.index === 1) break;
    expect(tf.memory().numTensors).toBe(before);
    const rest = await evaluate(changed, scores);
    expect(rest.events[0]!.state.rows).toHaveLength(1);
    expect(rest.last.rows.map(({ accuracies }) => accuracies)).toEqual(
      whole.last.rows.map(({ accuracies }) => accuracies),
    );
    const again = await evaluate(changed, scores);
    expect(again.events).toHaveLength(1);
    expect(again.last.rows.every(({ cached }) => cached)).toBe(true);
    // more networks of the same protocol: the first two are known
    const more = { ...SHORT_PROTOCOL, params: { ...SHORT_PROTOCOL.params, networks: 3 } };
    const grown = await evaluate({ ...changed, protocol: more }, scores);
    expect(grown.events[0]!.state).toMatchObject({ done: 4, total: 6 });
    expect(grown.last.rows[0]!.accuracies.slice(0, 2)).toEqual(whole.last.rows[0]!.accuracies);
  });

  it("ends the same, confusions and all, when it was cut off in the middle of each network", async () => {
    const changed = { subjects: ["set", "random"] as SubjectId[], networks: [SMALL_NETWORK] };
    const whole = await evaluate(changed);
    const scores = new MemoryScores();
    for (let done = 0; done < 4; done++) {
      // nobody ends it: its tab is gone
      const abandoned = evaluateSets({ ...request, ...changed }, [kept], { source: STRIPES, scores });
      let next = await abandoned.next();
      while (!next.done && !(next.value.state.done === done && (next.value.state.curve?.epoch ?? 0) > 1))
        next = await abandoned.next();
      expect(next.done).toBe(false);
    }
    const rest = await evaluate(changed, scores);
    const learned = ({ last }: typeof whole) =>
      last.rows.map(({ accuracies, confusion }) => ({ accuracies, confusion }));
    expect(learned(rest)).toEqual(learned(whole));
  });

  it("shares baselines between sets of one size, and not the sets' own scores", async () => {
    const other = { ...(await distilledSet({ iteration: 2 })), id: "other" };
    const scores = new MemoryScores();
    const changed = { subjects: ["set", "random", "full"] as SubjectId[], networks: [SMALL_NETWORK] };
    await evaluate(changed, scores);
    const { events } = await evaluate({ ...changed, snapshotIds: ["other"] }, scores, [other]);
    expect(events[0]!.state.rows.map(({ subject }) => subject)).toEqual(["random", "full"]);
  });

  it("uses soft labels and the learned rate, and hard labels for the recovery alone", async () => {
    const targets = new Float32Array(8 * 4).fill(0.25); // nothing can be learned from these
    const soft = { ...(await distilledSet({ targets })), id: "soft" };
    const changed = {
      subjects: ["set", "random", "full"] as SubjectId[],
      networks: [SMALL_NETWORK],
      protocol: { id: "standard", params: { networks: 2, epochs: 60 } },
    };
    const { last } = await evaluate(changed, undefined, [soft]);
    expect(last.rows.map(({ subject }) => subject)).toEqual(["set", "random", "full"]);
    expect(last.total).toBe(8);
    const [set, , full] = last.rows;
    expect(last.scores[0]!.hlr).not.toBeCloseTo(full!.mean - set!.mean, 3);
    const fast = { ...(await distilledSet({ synLr: 0.2 })), id: "fast" };
    const own = { ...changed, subjects: ["set"] as SubjectId[] };
    const atOwnRate = (await evaluate(own, undefined, [fast])).last.rows;
    const slow = (await evaluate(own)).last.rows;
    expect(atOwnRate[0]!.confusion).not.toEqual(slow[0]!.confusion);
    const params = { ...own.protocol.params, learningRate: 0.2 };
    const asked = await evaluate({ ...own, protocol: { id: "standard", params } });
    expect(asked.last.rows[0]!.confusion).toEqual(atOwnRate[0]!.confusion);
  });

  it("says at once what does not fit", async () => {
    const start =
      (changed: Partial<EvaluationRequest>, set = kept) =>
      () =>
        evaluateSets({ ...request, ...changed }, [set], { source: STRIPES, scores: new MemoryScores() });
    expect(start({ networks: [] })).toThrow("nothing to evaluate");
    expect(start({ networks: [{ id: "x", params: {} }] })).toThrow('no network "x"');
    expect(start({}, { ...kept, snapshot: { ...kept.snapshot, datasetFingerprint: "z" } })).toThrow(
      "distilled from other images",
    );
    const labels = Uint16Array.from({ length: 80 }, (_, i) => Math.floor(i / 20));
    expect(start({}, { ...kept, snapshot: { ...kept.snapshot, labels } })).toThrow(
      "fewer than the 20 of the set",
    );
    await Promise.resolve();
  });
});

describe("pngForm", () => {
  it("moves every value by at most half a byte, clamped to what a byte holds", () => {
    const snapshot = { ...kept.snapshot, images: Float32Array.of(-9, 9, 0.1, -1.999, 0.5) };
    const values = pngForm(snapshot); // mean 0.5, std 0.25: bytes end at -2 and 2
    expect([...values.subarray(0, 2)]).toEqual([-2, 2]);
    const half = 0.5 / 255 / 0.25 + 1e-6;
    for (const i of [2, 3, 4]) expect(Math.abs(values[i]! - snapshot.images[i]!)).toBeLessThanOrEqual(half);
    expect(pngForm({ ...snapshot, images: values })).toEqual(values);
  });
});
