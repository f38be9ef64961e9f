import "fake-indexeddb/auto";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { openDB } from "idb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import none from "@/engine/augmentations/none";
import convNet from "@/engine/networks/convNet";
import { loadRealData, type RealData } from "@/engine/realData";
import { stripes } from "@/engine/testData";
import { recipeParams, trainExperts, type ExpertTraining } from "@/engine/trajectories/trainExperts";
import { epochsBytes } from "@/shared/epochBytes";
import { defaultsOf, parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import type { ExpertState, TrajectoryKey, TrajectoryStore, WeightPrecision } from "@/shared/trajectories";
import { migrations, SCHEMA_VERSION } from "../shards/migrations";
import { ShardStore } from "../shards/shardStore";
import { ExpertStore, trajectoriesOf } from "./trajectoryStore";

const SHAPE = { height: 8, width: 8, channels: 1 } as const;
const source = stripes(SHAPE, 3, { train: 20, test: 10 });
const keyOf = (seed: number): TrajectoryKey => ({
  datasetFingerprint: "stripes",
  network: { id: "convnet", params: { width: 4, depth: 2 } },
  recipe: { expertSeed: seed },
});
const key = keyOf(1);

let name = "";
let now = 1;
let store: ExpertStore;
let trajectories: TrajectoryStore;
beforeEach(() => {
  name = `experts-${now++}`;
  store = new ExpertStore(() => now, name);
  trajectories = trajectoriesOf(store, source.info);
});

/** Weights and a velocity of 10 numbers each. */
function stateOf(epoch: number, hasVelocity = false): ExpertState {
  const random = new Random(epoch).fork("weights");
  const numbers = () => random.fillNormal(new Float32Array(10)) as Float32Array<ArrayBuffer>;
  return { epoch, weights: numbers(), velocity: hasVelocity ? numbers() : null };
}

/** Changes one byte of a stored Blob. */
async function damage(table: "expertEpochs" | "expertStates", at: (string | number)[]): Promise<void> {
  const database = await openDB(name);
  const record = await database.get(table, at);
  const field = table === "expertEpochs" ? "weights" : "numbers";
  const bytes = new Uint8Array(await record[field].arrayBuffer());
  bytes[5]! ^= 1;
  await database.put(table, { ...record, [field]: new Blob([bytes]) });
  database.close();
}

describe("stored experts", () => {
  it("are read back exactly, with their state, after the database was reopened", async () => {
    await trajectories.save(key, 1, stateOf(0), "float32");
    await trajectories.save(key, 1, stateOf(1, true), false, 0.5);
    await trajectories.save(key, 1, stateOf(2, true), "float32", 0.75);
    await trajectories.save(key, 0, stateOf(0), "float32");
    await store.close();
    const again = trajectoriesOf(new ExpertStore(() => now, name), source.info);
    expect(await again.experts(key)).toEqual([
      { expert: 0, trainedEpochs: 0, epochs: [0], accuracies: [] },
      {
        expert: 1,
        trainedEpochs: 2,
        epochs: [0, 2],
        accuracies: [
          { epoch: 1, accuracy: 0.5 },
          { epoch: 2, accuracy: 0.75 },
        ],
      },
    ]);
    expect(await again.weights(key, 1, 2)).toEqual(stateOf(2).weights);
    expect(await again.state(key, 1)).toEqual(stateOf(2, true));
    expect(await again.state(key, 0)).toEqual(stateOf(0));
    expect(await again.state(key, 7)).toBeNull();
    expect(await again.experts(keyOf(2))).toEqual([]);
    await expect(again.weights(key, 1, 1)).rejects.toThrow("no stored weights of epoch 1");
  });

  it("are compact as differences, whole now and then, and the size is the one that was told", async () => {
    const epochs = Array.from({ length: 11 }, (_, epoch) => epoch);
    for (const epoch of epochs) await trajectories.save(key, 0, stateOf(epoch), "compact");
    for (const epoch of epochs) {
      const read = await trajectories.weights(key, 0, epoch);
      read.forEach((value, i) => expect(value).toBeCloseTo(stateOf(epoch).weights[i]!, 4));
      expect(String(read) === String(stateOf(epoch).weights)).toBe(epoch % 8 === 0);
    }
    expect(await trajectories.state(key, 0)).toEqual(stateOf(10));
    const { id, bytes } = (await store.list())[0]!;
    expect(bytes).toBe(epochsBytes("compact", 11, 10) + 40);
    await damage("expertEpochs", [id, 0, 8]);
    await expect(trajectories.weights(key, 0, 10)).rejects.toThrow("epoch 8 of expert 1 do not match");
    await trajectories.weights(key, 0, 7);
  });

  it("are dropped when what they are a difference from is replaced by something else", async () => {
    for (const epoch of [0, 1, 2, 5]) await trajectories.save(key, 0, stateOf(epoch), "compact");
    const read = await trajectories.weights(key, 0, 5);
    await trajectories.save(key, 0, stateOf(1), "compact");
    expect(await trajectories.experts(key)).toMatchObject([{ epochs: [0, 1, 2, 5] }]);
    expect(await trajectories.weights(key, 0, 5)).toEqual(read);
    await trajectories.save(key, 0, { ...stateOf(7), epoch: 1 }, "compact");
    expect(await trajectories.experts(key)).toMatchObject([{ epochs: [0, 1] }]);
    expect((await store.list())[0]?.bytes).toBe(epochsBytes("compact", 2, 10) + 40);
    await expect(trajectories.weights(key, 0, 5)).rejects.toThrow("no stored weights of epoch 5");
  });

  it("take half the space in half precision, while the state stays exact", async () => {
    await trajectories.save(key, 0, stateOf(3), "float16");
    const read = await trajectories.weights(key, 0, 3);
    const exact = stateOf(3).weights;
    read.forEach((value, i) =>
      expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(Math.abs(exact[i]!) / 2048),
    );
    expect(read).not.toEqual(exact);
    expect(await trajectories.state(key, 0)).toEqual(stateOf(3));
    expect((await store.list())[0]?.bytes).toBe(10 * 2 + 10 * 4);
    const huge = { ...stateOf(4), weights: new Float32Array(10).fill(70_000) };
    await expect(trajectories.save(key, 0, huge, "float16")).rejects.toThrow("half precision cannot hold");
  });

  it("are listed with their size, which replaced epochs do not add to, and are deleted whole", async () => {
    await trajectories.save(key, 0, stateOf(0), "float32");
    await trajectories.save(key, 0, stateOf(1, true), "float32");
    await trajectories.save(key, 0, stateOf(1, true), "float16");
    now += 1000;
    await trajectories.save(keyOf(2), 0, stateOf(0), "float32");
    const [newer, older] = await store.list();
    expect(newer).toMatchObject({ key: keyOf(2), bytes: 80, createdAt: now });
    expect(older).toMatchObject({
      key,
      dataset: { name: "stripes", shape: SHAPE, classes: 3 },
      bytes: 40 + 20 + 80,
      experts: [{ expert: 0, epochs: [0, 1] }],
    });
    await store.delete(older!.id);
    expect((await store.list()).map(({ id }) => id)).toEqual([newer!.id]);
    expect(await trajectories.weights(keyOf(2), 0, 0)).toEqual(stateOf(0).weights);
    await expect(store.get(older!.id)).rejects.toThrow("no longer stored");
    await store.delete(newer!.id);
    const database = await openDB(name);
    for (const table of database.objectStoreNames) expect(await database.count(table)).toBe(0);
    database.close();
  });

  it("are refused when a byte has changed", async () => {
    await trajectories.save(key, 0, stateOf(1), "float32");
    const { id } = (await store.list())[0]!;
    await damage("expertEpochs", [id, 0, 1]);
    await expect(trajectories.weights(key, 0, 1)).rejects.toThrow(
      "The stored weights of epoch 1 of expert 1 do not match their SHA-256.",
    );
    expect(await trajectories.state(key, 0)).toEqual(stateOf(1));
    await damage("expertStates", [id, 0]);
    await expect(trajectories.state(key, 0)).rejects.toThrow("the state of expert 1 do not match");
  });

  it("come to a database of the first version without touching its datasets", async () => {
    const old = await openDB(name, 1, { upgrade: (database) => migrations[0]!(database as never) });
    await old.put("datasets", source.info);
    await old.put("shards", {
      ...{ datasetId: source.info.id, split: "train", index: 0, count: 1, sha256: "00" },
      ...{ pixels: new Blob([Uint8Array.of(7)]), labels: new Blob([Uint8Array.of(0, 0)]) },
    });
    old.close();
    await trajectories.save(key, 0, stateOf(0), "float32");
    const shards = new ShardStore(name);
    expect(await shards.list()).toEqual([source.info]);
    const shard = await shards.shard(source.info.id, "train", 0);
    expect(new Uint8Array(await shard!.pixels.arrayBuffer())).toEqual(Uint8Array.of(7));
    const database = await openDB(name);
    expect(database.version).toBe(SCHEMA_VERSION);
    database.close();
  });
});

async function finish(run: AsyncGenerator<unknown>): Promise<void> {
  while (!(await run.next()).done);
}

describe("an interrupted expert", () => {
  let realData: RealData;
  beforeAll(async () => {
    await tf.setBackend("wasm");
    const loading = loadRealData(source);
    let next = await loading.next();
    while (!next.done) next = await loading.next();
    realData = next.value;
  });
  afterAll(() => tf.setBackend("cpu"));

  const training = (into: TrajectoryStore, precision: WeightPrecision): ExpertTraining => ({
    key,
    store: into,
    recipe: { ...defaultsOf(recipeParams), expertLr: 0.1, expertBatch: 16, expertMomentum: 0.5 },
    network: convNet.build(SHAPE, 3, parseParams(convNet.params, { width: 4, depth: 2 })),
    realData,
    augmentation: none.build({}, SHAPE),
    experts: 2,
    epochs: [0, 1, 2, 3],
    precision,
    measure: true,
    imagesPerPass: 64,
  });

  it.each(["float32", "compact", "float16"] as const)(
    "goes on at its last epoch, bit by bit as if there had been none, %s",
    async (precision) => {
      const whole = trajectoriesOf(new ExpertStore(() => now, `${name}-whole`), source.info);
      await finish(trainExperts(training(whole, precision)));
      for await (const { expert, epoch, batch } of trainExperts(training(trajectories, precision)))
        if (expert === 1 && epoch === 2 && batch === 2) break;
      await store.close(); // as a reload does
      const reopened = trajectoriesOf(new ExpertStore(() => now, name), source.info);
      let first: unknown = null;
      for await (const progress of trainExperts(training(reopened, precision))) first ??= progress;
      expect(first).toMatchObject({ expert: 1, epoch: 2, batch: 1, totalEpochs: 2 });
      for (const expert of [0, 1]) {
        for (const epoch of [0, 1, 2, 3])
          expect(await reopened.weights(key, expert, epoch)).toEqual(await whole.weights(key, expert, epoch));
        expect(await reopened.state(key, expert)).toEqual(await whole.state(key, expert));
      }
      expect(await reopened.experts(key)).toEqual(await whole.experts(key));
    },
  );
});
