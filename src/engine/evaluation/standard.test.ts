import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import none from "../augmentations/none";
import convNet from "../networks/convNet";
import { collect, loadAll } from "../studies/drain";
import { stripes } from "../testData";
import type { EvaluationContext, EvaluationProgress } from "./evaluation";
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
