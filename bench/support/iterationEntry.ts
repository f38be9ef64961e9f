/** One of `ITERATION_CASES` in the engine, an iteration at a time; runs in Node and in a page. */
import * as tf from "@tensorflow/tfjs";
import { augmentations } from "@/engine/augmentations";
import { distil } from "@/engine/distil";
import { oneHotTargets, train } from "@/engine/evaluation/training";
import { networks } from "@/engine/networks";
import { loadRealData, type RealData } from "@/engine/realData";
import { stripes } from "@/engine/testData";
import { MemoryTrajectoryStore } from "@/engine/trajectories/memoryTrajectoryStore";
import { recipeParams, trainExperts } from "@/engine/trajectories/trainExperts";
import type { DatasetInfo, ImageSource } from "@/shared/dataset";
import type { ExperimentConfig } from "@/shared/experiment";
import { parseParams } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { Random } from "@/shared/random";
import { startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { finish, tensorMemory } from "@/tensor/memory";
import { now, countProcessorTime } from "./clock";
import { ITERATION_CASES, type IterationCase, type Sizes } from "./iterationCases";

/** Yields at the end of each iteration or pass, once the backend has done its work. */
type Work = AsyncGenerator<unknown, void, void>;

const begun: Work[] = [];

/**
 * @param backend which computes
 * @param processor take the time that this process computes, as a CPU backend in Node may
 * @returns what computes
 */
export async function start(backend: "webgpu" | "wasm" | "cpu", processor: boolean): Promise<string> {
  const { adapter } = await startBackend({ only: backend });
  countProcessorTime(processor);
  return `${backend} (${adapter})`;
}

/** Begins a case; what it loads or trains before its first iteration is done with the first turn. @returns its number */
export function open(name: string, sizes: Sizes): number {
  const found = ITERATION_CASES.find((known) => known.name === name)!;
  return begun.push(workOf(found, sizes)) - 1;
}

/** Does one iteration. @returns its milliseconds, and the bytes of the tensors that are left behind */
export async function turn(number: number): Promise<{ ms: number; bytes: number }> {
  const from = now();
  await begun[number]!.next();
  throwIfBackendFailed();
  return { ms: now() - from, bytes: tensorMemory().bytes };
}

/** Ends whatever was begun. */
export async function close(): Promise<void> {
  for (const work of begun.splice(0)) await work.return();
}

function workOf(wanted: IterationCase, sizes: Sizes): Work {
  const { side, channels, classes, real } = sizes;
  const source = stripes({ width: side, height: side, channels }, classes, { train: real, test: 0 });
  const config: ExperimentConfig = {
    datasetId: source.info.id,
    run: { ipc: sizes.ipc, iterations: 1_000_000, imageLr: 0.1 },
    method:
      typeof wanted.work === "string"
        ? { id: "dm", params: {} }
        : { id: wanted.work.method, params: wanted.work.params(sizes) },
    network: { id: "convnet", params: { width: sizes.width, depth: sizes.depth } },
    augmentation: { id: wanted.augmentation, params: {} },
    evaluation: { id: "standard", params: { interval: 0 } },
  };
  if (wanted.work === "expert") return expertEpochs(config, source, sizes);
  if (wanted.work === "evaluation") return evaluationEpochs(config, source, sizes);
  return iterations(config, source);
}

async function* iterations(config: ExperimentConfig, source: ImageSource): Work {
  const trajectories = new MemoryTrajectoryStore();
  for await (const event of distil({ config, source, trajectories, shouldRead: () => true }))
    if (event.kind === "iteration") yield;
}

async function* expertEpochs(config: ExperimentConfig, source: ImageSource, sizes: Sizes): Work {
  const epochs = Array.from({ length: 1000 }, (_, epoch) => epoch);
  const training = trainExperts({
    ...(await trainingParts(config, source)),
    key: { datasetFingerprint: "", network: config.network, recipe: {} },
    store: new MemoryTrajectoryStore(),
    recipe: parseParams(recipeParams, { expertBatch: sizes.batch, expertMomentum: 0.9 }),
    experts: 1,
    epochs: epochs.slice(-1), // keeps no weights but the last
    measure: false,
    imagesPerPass: Infinity,
  });
  for await (const { batch, batches } of training) if (batch === batches) yield;
}

async function* evaluationEpochs(config: ExperimentConfig, source: ImageSource, sizes: Sizes): Work {
  const { network, augmentation, realData } = await trainingParts(config, source);
  const random = new Random(1);
  const weights = tf.tidy(() => tf.variable(network.init(random)));
  const { images, counts } = realData.drawPerClass(sizes.ipc, random);
  const targets = oneHotTargets(
    counts.flatMap((count, label) => new Array<number>(count).fill(label)),
    sizes.classes,
  );
  const view = (batch: tf.Tensor4D, own: Random) =>
    augmentation.view(batch, augmentation.drawBatch(batch.shape[0], own));
  const training = { learningRate: 0.01, batch: sizes.batch, epochs: 1000, statistics: null };
  try {
    const passes = train({ network, weights, images, targets, view, random, ...training });
    while (!(await passes.next()).done) {
      await finish(weights);
      yield;
    }
  } finally {
    tf.dispose([weights, images, targets]);
  }
}

async function trainingParts(config: ExperimentConfig, source: ImageSource) {
  const convNet = pluginById(networks, config.network.id, "network");
  const { shape, classNames } = source.info;
  const network = convNet.build(shape, classNames.length, parseParams(convNet.params, config.network.params));
  const plugin = pluginById(augmentations, config.augmentation.id, "augmentation");
  const augmentation = plugin.build(parseParams(plugin.params, {}), shape);
  return { network, augmentation, realData: await loaded(source) };
}

async function loaded(source: ImageSource & { info: DatasetInfo }): Promise<RealData> {
  const loading = loadRealData(source);
  for (;;) {
    const { done, value } = await loading.next();
    if (done) return value;
  }
}
