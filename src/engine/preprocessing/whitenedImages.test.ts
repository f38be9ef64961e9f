import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { EvaluationRow } from "@/shared/evaluating";
import { Random } from "@/shared/random";
import { distil } from "../distil";
import { RealData } from "../realData";
import { collect, drain, loadAll } from "../studies/drain";
import { evaluateSets } from "../studies/evaluateSets";
import { MemoryScores } from "../studies/memoryScores";
import { SHORT_PROTOCOL } from "../studies/testSets";
import { tinyConfig, tinySource } from "../tinyRuns";
import type { Preprocessing } from "./networkImages";
import { checkWhitening, fitWhitening, unwhiten, whiten, ZCA_EPSILON } from "./zca";

beforeAll(() => tf.setBackend("wasm"));
afterAll(() => tf.setBackend("cpu"));

async function distilled(preprocessing: Preprocessing, iterations = 6) {
  const config = tinyConfig("dm", { preprocessing, iterations });
  const run = distil({ config, source: tinySource });
  const { events } = await collect(run);
  return { snapshot: await run.snapshot(), events };
}

it("gives images whose covariance is the identity, but for what ε leaves out", async () => {
  const random = new Random(1);
  const mixed = Float32Array.from({ length: 400 * 6 }, () => 0);
  for (let row = 0; row < 400; row++) {
    const shared = random.normal();
    for (let i = 0; i < 6; i++) mixed[row * 6 + i] = 0.5 + 3 * shared + (1 + i) * random.normal();
  }
  const whitening = await drain(fitWhitening(() => [mixed.subarray(0, 600), mixed.subarray(600)], 6));
  const rows = whiten(whitening, mixed);
  const covariance = await tf.tidy(() => tf.matMul(rows, rows, true).div<tf.Tensor2D>(399)).array();
  // eigenvalues s of Σ become s / (s + ε); the smallest one here is about 1
  const off = covariance.flatMap((row, i) => row.map((value, j) => Math.abs(value - (i === j ? 1 : 0))));
  expect(Math.max(...off)).toBeLessThan(1.5 * ZCA_EPSILON);
  const back = await unwhiten(whitening, (await rows.data()) as Float32Array);
  expect(Math.max(...back.map((value, i) => Math.abs(value - mixed[i]!)))).toBeLessThan(1e-4);
  rows.dispose();
});

it("refuses images that are too large, and sets of one image", async () => {
  expect(() => checkWhitening(64 * 64 * 3)).toThrow("12,288 numbers");
  await expect(drain(fitWhitening(() => [new Float32Array(6)], 6))).rejects.toThrow("at least two");
  const small = {
    ...tinySource,
    info: { ...tinySource.info, shape: { height: 64, width: 64, channels: 3 } },
  };
  const config = tinyConfig("dm", { preprocessing: "zca" });
  expect(() => distil({ config, source: small as never })).toThrow("ZCA whitening of images");
});

it("loads images whitened, and gives their bytes back", async () => {
  const before = tf.memory().numTensors;
  const data = await loadAll(tinySource, "zca");
  expect(data).toBeInstanceOf(RealData);
  expect(data.counts("train")).toEqual([20, 20, 20]);
  const plain = await loadAll(tinySource);
  const pair = [data, plain].map((of) => of.imagesOf(1, [3, 5]));
  const [whitened, normalised] = await Promise.all(pair.map((images) => images.data<"float32">()));
  const bytes = await plain.preprocessed.toBytes(normalised!);
  expect(await data.preprocessed.toBytes(whitened!)).toEqual(bytes);
  const again = data.preprocessed.fromBytes(new Uint8Array(bytes));
  const values = await again.data();
  expect(Math.max(...values.map((value, i) => Math.abs(value - whitened![i]!)))).toBeLessThan(1e-5);
  const part = data.ofClasses([1]);
  expect(part.meanImage(0)).toEqual(data.meanImage(1));
  const all = data.imagesOf(
    1,
    Array.from({ length: 20 }, (_, i) => i),
  );
  const mean = await tf.tidy(() => all.mean(0)).data<"float32">();
  expect(data.meanImage(1)[7]).toBeCloseTo(mean[7]!, 5);
  tf.dispose([...pair, again, all]);
  expect(tf.memory().numTensors).toBe(before + 1); // the mean read above
});

it("distils in whitened space: pictures travel with the set, and going on gives the same bits", async () => {
  const { snapshot, events } = await distilled("zca");
  expect(events.some((event) => event.kind === "preparing" && event.step === "Whitening images")).toBe(true);
  const { pictures, images } = snapshot;
  expect(pictures).toHaveLength(images.length);
  const data = await loadAll(tinySource, "zca");
  expect(new Uint8Array(await data.preprocessed.toBytes(images))).toEqual(pictures);

  const config = tinyConfig("dm", { preprocessing: "zca", iterations: 6 });
  const first = distil({ config, source: tinySource });
  for await (const event of first) if (event.kind === "iteration" && event.iteration === 3) break;
  const resumeFrom = await first.checkpoint();
  const second = distil({ config, source: tinySource, resumeFrom });
  await collect(second);
  expect((await second.snapshot()).images).toEqual(images);
  expect((await distilled("standard")).snapshot.pictures).toBeUndefined();
});

it("evaluates each set on data preprocessed as it was, and keeps the scores of both apart", async () => {
  const kept = await Promise.all(
    (["zca", "standard"] as const).map(async (id) => ({ id, snapshot: (await distilled(id)).snapshot })),
  );
  const scores = new MemoryScores();
  const { events } = await collect(
    evaluateSets(
      {
        ...{ snapshotIds: ["zca", "standard"], datasetId: "stripes", fullEpochs: 1, seed: 1 },
        subjects: ["set", "png", "random", "mean"],
        networks: [{ id: "convnet", params: { width: 4, depth: 2 } }],
        protocol: SHORT_PROTOCOL,
      },
      kept,
      { source: tinySource, scores },
    ),
  );
  const { rows } = events.at(-1)!.state;
  expect(rows).toHaveLength(8);
  const accuraciesOf = (id: string) => rows.filter((row: EvaluationRow) => row.snapshotId === id);
  for (const row of rows) expect(row.cached).toBe(false);
  expect(accuraciesOf("zca").map(({ subject }) => subject)).toEqual(["set", "png", "random", "mean"]);
});
