import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EvaluationRequest, EvaluationRow, SubjectId } from "@/shared/evaluating";
import type { ParamRecord } from "@/shared/params";
import { SEARCHED_RATES } from "../evaluation/rateSearch";
import { collect } from "./drain";
import { evaluateSets } from "./evaluateSets";
import { MemoryScores } from "./memoryScores";
import type { KeptSnapshot } from "./study";
import { distilledSet, SMALL_NETWORK, STRIPES } from "./testSets";

let kept: KeptSnapshot;
beforeAll(async () => {
  await tf.setBackend("wasm");
  kept = await distilledSet();
});
afterAll(() => tf.setBackend("cpu"));

const evaluate = async (
  subjects: SubjectId[],
  params: ParamRecord,
  { scores = new MemoryScores(), set = kept } = {},
) => {
  const request: EvaluationRequest = {
    snapshotIds: [set.id],
    datasetId: STRIPES.info.id,
    subjects,
    networks: [SMALL_NETWORK],
    protocol: { id: "standard", params: { networks: 2, epochs: 6, ...params } },
    fullEpochs: 2,
    seed: 3,
  };
  const { events } = await collect(evaluateSets(request, [set], { source: STRIPES, scores }));
  return { events, last: events.at(-1)!.state };
};

describe("the search for a learning rate", () => {
  const subjects: SubjectId[] = ["set", "random", "full"];

  it("takes the best rate of each network, counts all that are tried, and finds them again", async () => {
    const scores = new MemoryScores();
    const before = tf.memory().numTensors;
    const { events, last } = await evaluate(subjects, { rateSearch: true }, { scores });
    expect(tf.memory().numTensors).toBe(before);
    expect(last).toMatchObject({ done: 22, total: 22 }); // 2 networks x (5 + 5 rates + 1)
    expect(new Set(events.map(({ state }) => state.curve?.rate))).toEqual(
      new Set([undefined, null, ...SEARCHED_RATES]),
    );
    const singles: EvaluationRow[][] = [];
    for (const learningRate of SEARCHED_RATES) {
      const one = await evaluate(["set", "random"], { learningRate }, { scores });
      expect(one.events).toHaveLength(1); // every rate that was tried is known
      expect(one.last.rows.map(({ rates }) => rates)).toEqual([
        [learningRate, learningRate],
        [learningRate, learningRate],
      ]);
      singles.push(one.last.rows);
    }
    for (const [i, row] of last.rows.slice(0, 2).entries()) {
      expect(row.rateSource).toBe("searched");
      for (const network of [0, 1]) {
        const tried = singles.map((rows) => rows[i]!.accuracies[network]!);
        const best = Math.max(...tried);
        expect(row.accuracies[network]).toBe(best);
        expect(row.rates[network]).toBe(SEARCHED_RATES[tried.indexOf(best)]);
      }
    }
    // not one rate by chance: what was tried differs
    expect(new Set(singles.map((rows) => JSON.stringify(rows[0]!.confusion))).size).toBeGreaterThan(1);
    expect(last.rows[2]).toMatchObject({ subject: "full", rateSource: "protocol", rates: [0.01, 0.01] });
    expect((await evaluate(subjects, { rateSearch: true }, { scores })).events).toHaveLength(1);
    const again = await evaluate(subjects, { rateSearch: true });
    expect(again.last.rows).toEqual(last.rows);
  });

  it("shows a network when all of its rates are known, and goes on where it was ended", async () => {
    const scores = new MemoryScores();
    const whole = await evaluate(["random"], { rateSearch: true });
    const counts = whole.events.map(({ state }) => [state.done, state.rows[0]?.accuracies.length ?? 0]);
    for (const [done, shown] of counts) expect(shown).toBe(Math.floor(done! / 5));
    const first = await evaluate(["random"], { learningRate: SEARCHED_RATES[1]! }, { scores });
    expect(first.last.done).toBe(2);
    const rest = await evaluate(["random"], { rateSearch: true }, { scores });
    expect(rest.events[0]!.state).toMatchObject({ done: 2, total: 10, rows: [] });
    expect(rest.last.rows[0]!.rates).toEqual(whole.last.rows[0]!.rates);
  });

  it("leaves a learned rate to the set with its own labels", async () => {
    const targets = new Float32Array(8 * 4).fill(0.25);
    const set = { ...(await distilledSet({ targets, synLr: 0.2 })), id: "soft" };
    const all: SubjectId[] = ["set", "png", "random", "full"];
    const { last } = await evaluate(all, { rateSearch: true }, { set });
    // set and PNGs at the learned rate, random images and the set with hard labels at five, all data at one
    expect(last.total).toBe(2 * (1 + 1 + 5 + 5 + 1));
    expect(last.rows.map(({ subject, rateSource, labels }) => [subject, rateSource, labels])).toEqual([
      ["set", "learned", "soft"],
      ["png", "learned", "soft"],
      ["random", "searched", "hard"],
      ["full", "protocol", "hard"],
    ]);
    expect(last.rows[0]!.rates).toEqual([0.2, 0.2]);
    expect(last.scores[0]!.hlr).not.toBeNull();
  });
});

it("trains whatever a set is held against at the protocol's rate with hard labels", async () => {
  const targets = new Float32Array(8 * 4).fill(0.25);
  const set = { ...(await distilledSet({ targets, synLr: 0.2 })), id: "soft" };
  const baselines: SubjectId[] = ["random", "herding", "kcenter", "mean", "full"];
  const scores = new MemoryScores();
  const { last } = await evaluate(["set", ...baselines], { learningRate: 0.05 }, { scores, set });
  expect(last.rows[0]).toMatchObject({ rateSource: "learned", rates: [0.2, 0.2], labels: "soft" });
  for (const row of last.rows.slice(1))
    expect(row).toMatchObject({ rateSource: "protocol", rates: [0.05, 0.05], labels: "hard" });
  // so they are those of a set without a learned rate or soft labels, and are not trained again for it
  const plain = await evaluate(baselines, { learningRate: 0.05 }, { scores });
  expect(plain.events).toHaveLength(1);
  expect(plain.last.rows.map(({ confusion }) => confusion)).toEqual(
    last.rows.slice(1).map(({ confusion }) => confusion),
  );
});
