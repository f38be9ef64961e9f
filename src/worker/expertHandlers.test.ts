import "fake-indexeddb/auto";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExpertStore, trajectoriesOf } from "@/data/runs/trajectoryStore";
import { distil } from "@/engine/distil";
import { stripes } from "@/engine/testData";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ExpertUpdate, TrajectoryStore } from "@/shared/trajectories";
import { createExpertHandlers } from "./expertHandlers";

const source = stripes({ height: 8, width: 8, channels: 1 }, 3, { train: 20, test: 10 });
const config: ExperimentConfig = {
  datasetId: source.info.id,
  run: { ipc: 1 },
  method: {
    id: "mtt",
    params: { experts: 2, maxStartEpoch: 1, expertEpochs: 2, expertBatch: 16, expertPrecision: "compact" },
  },
  network: { id: "convnet", params: { width: 4, depth: 2 } },
  augmentation: { id: "none", params: {} },
  evaluation: { id: "standard", params: {} },
};

function handlersOf(name: string, of = source) {
  const store = new ExpertStore(() => 1, name);
  const around = { openSource: () => Promise.resolve(of), takeEngine: () => Promise.resolve() };
  const told = { explain: (error: unknown) => error, clock: () => performance.now() };
  return { store, ...createExpertHandlers({ store, ...around, ...told }) };
}
type Handlers = ReturnType<typeof handlersOf>;

async function train(handlers: Handlers, wanted: ExperimentConfig): Promise<ExpertUpdate[]> {
  const updates: ExpertUpdate[] = [];
  await new Promise<void>((resolve, reject) => {
    const over = ["done", "stopped", "failed"];
    handlers
      .trainExperts(wanted, (update) => {
        updates.push(update);
        if (over.includes(update.phase)) resolve();
      })
      .catch(reject);
  });
  return updates;
}

const ignore = () => undefined;
let home: Handlers;
beforeAll(async () => {
  await tf.setBackend("wasm");
  home = handlersOf("home");
});
afterAll(() => tf.setBackend("cpu"));

describe("experts in the engine worker", () => {
  it("are trained as far as the matching can draw, and then needed no more", async () => {
    expect(await home.expertNeeds(config)).toMatchObject({
      experts: 2,
      epochs: [0, 2],
      ready: 0,
      missingEpochs: 4,
      points: [],
    });
    const before = tf.memory().numTensors;
    const updates = await train(home, config);
    expect(updates.at(-1)).toMatchObject({ phase: "done" });
    expect(updates.flatMap(({ points }) => points.map(({ expert, epoch }) => [expert, epoch]))).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ]);
    expect(tf.memory().numTensors).toBe(before);
    const needs = await home.expertNeeds(config);
    expect(needs).toMatchObject({ ready: 2, missingEpochs: 0 });
    expect(needs.points).toHaveLength(4);
    const [set] = await home.store.list();
    expect(set!.bytes).toBe(needs.bytes);
    expect((await train(home, config)).at(-1)).toMatchObject({ phase: "done", points: [] });
  });

  it("are taken home as a zip and in again elsewhere, the same bit by bit", async () => {
    const [set] = await home.store.list();
    const told: number[] = [];
    const { name, blob } = await home.exportExperts(set!.id, (done) => told.push(done));
    expect(name).toBe("stripes-convnet-experts.zip");
    expect(told).toEqual([1, 2]);
    const away = handlersOf("away");
    expect(await away.importExperts([{ path: name, file: blob }], source.info.id, ignore)).toBe(2);
    const [there] = await away.store.list();
    const [here] = await home.store.list();
    expect(there).toEqual({ ...here, bytes: there!.bytes });
    expect(there!.bytes).toBeGreaterThan(here!.bytes); // compact epochs leave, and come in, as whole numbers
    expect(await away.expertNeeds(config)).toMatchObject({ ready: 2 });
    const [theirs, ours] = [home, away].map(({ store }) => trajectoriesOf(store, source.info));
    for (const epoch of [0, 2])
      expect(await ours!.weights(set!.key, 1, epoch)).toEqual(await theirs!.weights(set!.key, 1, epoch));
  });

  it("are refused for other images, and when the zip is damaged or holds none", async () => {
    const [set] = await home.store.list();
    const { blob } = await home.exportExperts(set!.id, ignore);
    const info = { ...source.info, name: "cats", fingerprint: "other" };
    const other = handlersOf("other", { ...source, info });
    await expect(other.importExperts([{ path: "a.zip", file: blob }], "x", ignore)).rejects.toThrow(
      'a.zip: expert_000.safetensors was trained on other images ("stripes") than "cats" has.',
    );
    const bytes = new Uint8Array(await blob.arrayBuffer());
    bytes[bytes.length >> 1]! ^= 1;
    const damaged = handlersOf("damaged");
    await expect(
      damaged.importExperts([{ path: "a.zip", file: new Blob([bytes]) }], "x", ignore),
    ).rejects.toThrow(/a\.zip is damaged: the CRC-32/);
    await expect(
      damaged.importExperts([{ path: "a.txt", file: new Blob(["hello"]) }], "x", ignore),
    ).rejects.toThrow("There is no .safetensors file in a.txt.");
    expect(await damaged.store.list()).toEqual([]);
  });

  it("are trained by a run that lacks them, kept, and found by the next run, which is the same", async () => {
    const { store } = handlersOf("runs");
    const wanted = {
      ...config,
      run: { ipc: 1, iterations: 3, imageLr: 10 },
      method: { id: "mtt", params: { ...config.method.params, synSteps: 2, expertPrecision: "float32" } },
      evaluation: { id: "standard", params: { interval: 0 } },
    };
    const run = async (trajectories?: TrajectoryStore) => {
      const steps: string[] = [];
      const distillation = distil({ config: wanted, source, ...(trajectories && { trajectories }) });
      for await (const event of distillation) if (event.kind === "preparing") steps.push(event.step);
      const { images } = await distillation.snapshot();
      return { images, trained: steps.filter((step) => step.startsWith("Training expert")).length };
    };
    const first = await run(trajectoriesOf(store, source.info));
    expect(first.trained).toBeGreaterThan(4);
    expect((await store.list())[0]?.experts).toHaveLength(2);
    const second = await run(trajectoriesOf(store, source.info));
    expect(second).toEqual({ images: first.images, trained: 0 });
    expect((await run()).images).toEqual(first.images); // kept in memory instead
  });

  it("say what is wrong before anything is trained", async () => {
    const dm = { ...config, method: { id: "dm", params: {} } };
    await expect(home.expertNeeds(dm)).rejects.toThrow("needs no experts");
    await expect(home.trainExperts(dm, ignore)).rejects.toThrow("needs no experts");
  });
});
