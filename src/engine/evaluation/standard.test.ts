import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import dcTraining from "../augmentations/dcTraining";
import none from "../augmentations/none";
import convNet from "../networks/convNet";
import { collect, loadAll } from "../studies/drain";
import { stripes } from "../testData";
import type { EvaluationContext, EvaluationProgress } from "./evaluation";
import { SEARCHED_RATES } from "./rateSearch";
import standard from "./standard";
import { accuracyOf } from "./testing";
import { oneHotTargets } from "./training";

const SHAPE = { height: 8, width: 8, channels: 1 } as const;

async function context(norm: string, params = {}): Promise<EvaluationContext<never>> {
  const realData = await loadAll(stripes(SHAPE, 3, { train: 12, test: 10 }));
  const network = convNet.build(SHAPE, 3, parseParams(convNet.params, { width: 4, depth: 2, norm }));
  const { images, counts } = realData.drawPerClass(3, new Random(4));
  const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label));
  return {
    params: parseParams(standard.params, { networks: 3, epochs: 12, ...params }) as never,
    network,
    augmentation: none.build({}, SHAPE),
    images,
    targets: oneHotTargets(labels, 3),
    realData,
    imagesPerPass: 8,
    random: new Random(9),
  };
}

const scoresIn = (events: EvaluationProgress[]) => events.flatMap(({ score }) => (score ? [score] : []));

describe.each(["instance", "batch"])("the standard evaluation with %s norm", (norm) => {
  it("gives one network alone what it gives it among all, and frees everything", async () => {
    const options = await context(norm);
    const before = tf.memory().numTensors;
    const all = await collect(standard.evaluate(options));
    const alone = await collect(standard.evaluate({ ...options, only: 1 }));
    expect(all.result).toHaveLength(3);
    expect(alone.result).toEqual([all.result[1]]);
    expect(scoresIn(alone.events)).toEqual([scoresIn(all.events)[1]]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("counts every test image once in the confusion", async () => {
    const { events, result } = await collect(standard.evaluate({ ...(await context(norm)), only: 0 }));
    const [score] = scoresIn(events);
    expect(score!.confusion.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([10, 10, 10]);
    expect(score!.accuracy).toBe(accuracyOf(score!.confusion));
    expect(result).toEqual([score!.accuracy]);
    expect(events.at(-1)!.share).toBe(1);
  });

  it("draws a falling curve without changing the training", async () => {
    const options = { ...(await context(norm, { epochs: 40 })), only: 0 };
    const plain = await collect(standard.evaluate(options));
    const { events, result } = await collect(standard.evaluate({ ...options, curvePoints: 5 }));
    expect(result).toEqual(plain.result);
    const points = events.flatMap(({ point }) => (point ? [point] : []));
    expect(points.length).toBeGreaterThanOrEqual(5);
    expect(points.length).toBeLessThanOrEqual(7);
    expect(points.at(-1)!.epoch).toBe(41);
    expect(points.at(-1)!.loss).toBeLessThan(points[0]!.loss);
  });

  it("trains on all real images for as many epochs as asked for", async () => {
    const { images, targets, ...options } = await context(norm, { batch: 10 });
    tf.dispose([images, targets]);
    const before = tf.memory().numTensors;
    const { events, result } = await collect(
      standard.evaluateOnReal({ ...options, only: 0, epochs: 6, curvePoints: 3 }),
    );
    expect(Math.max(...events.map(({ epoch }) => epoch))).toBe(6);
    expect(result[0]).toBeGreaterThan(0.5); // guessing gives a third
    expect(tf.memory().numTensors).toBe(before);
    const running = standard.evaluateOnReal({ ...options, epochs: 6, curvePoints: 3 });
    await running.next();
    await running.return([]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("a network that diverges", () => {
  const synLr = 1e30;

  it("is an error that names its learning rate, not an accuracy", async () => {
    const options = await context("none");
    const before = tf.memory().numTensors;
    await expect(collect(standard.evaluate({ ...options, synLr }))).rejects.toThrow(
      "the network's learning rate, 1e+30, is too large",
    );
    const params = { ...(options.params as object), learningRate: synLr } as never;
    await expect(
      collect(standard.evaluateOnReal({ ...options, params, only: 0, epochs: 3 })),
    ).rejects.toMatchObject({ name: "UserError", hint: expect.stringContaining("Evaluation learning rate") });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("loses where several rates are on trial", async () => {
    const options = await context("none", { rateSearch: true, networks: 1 });
    const { result } = await collect(standard.evaluate({ ...options, rate: synLr }));
    expect(result[0]).toBeCloseTo(1 / 3, 5);
  });
});

describe("the settings of DD-Ranking", () => {
  it("search the rate of each network, with the same weights and batches at every rate", async () => {
    const options = await context("instance", { rateSearch: true, networks: 2 });
    const { events, result } = await collect(standard.evaluate(options));
    const byRate: number[][] = [];
    for (const rate of SEARCHED_RATES)
      byRate.push((await collect(standard.evaluate({ ...options, rate }))).result);
    expect(result).toEqual([0, 1].map((network) => Math.max(...byRate.map((own) => own[network]!))));
    expect(scoresIn(events).map(({ accuracy }) => accuracy)).toEqual(result);
    const shares = events.filter(({ network }) => network === 1).map(({ share }) => share);
    expect(shares.every((share, i) => i === 0 || share >= shares[i - 1]!)).toBe(true);
    const learned = await collect(standard.evaluate({ ...options, synLr: 0.05 }));
    expect(learned.result).toEqual(byRate[SEARCHED_RATES.indexOf(0.05)]);
  });

  it("count the best of the tests on the way", async () => {
    const after = async (params: object) =>
      (await collect(standard.evaluate({ ...(await context("batch", params)), only: 0 }))).events;
    const everySecond = await after({ epochs: 11, testInterval: 2, learningRate: 0.1 });
    const last = await after({ epochs: 11, learningRate: 0.1 });
    const of = (events: EvaluationProgress[]) => scoresIn(events)[0]!.accuracy;
    expect(of(everySecond)).toBeGreaterThanOrEqual(of(last));
    // 12 passes with tests after 2, 4, …, 10 and at the end, four batches of test images each
    expect(everySecond.length - last.length).toBe(5 * 4);
  });

  it("train on all data in their own way", async () => {
    const real = async (params: object) => {
      const { images, targets, ...options } = await context("instance", params);
      tf.dispose([images, targets]);
      const flipped = { ...options, augmentation: dcTraining.build({ strategy: "crop" }, SHAPE) };
      return (await collect(standard.evaluateOnReal({ ...flipped, only: 0, epochs: 4 }))).events;
    };
    const asDdRanking = { learningRate: 0.01, batch: 512, augmentation: "none" };
    const given = await real({ realTraining: "ddRanking", learningRate: 0.1, batch: 4 });
    expect(scoresIn(given)).toEqual(scoresIn(await real(asDdRanking)));
    const params = { realTraining: "ddRanking", testInterval: 0 };
    expect(standard.realRecipe(parseParams(standard.params, params) as never)).toEqual({
      ...asDdRanking,
      testInterval: 0,
    });
  });
});
