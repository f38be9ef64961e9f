/** One row of a table of accuracies: a method at a small budget, over several draws of the initial images. */
import { distil } from "@/engine/distil";
import { scoreOf } from "@/engine/distil";
import { augmentations } from "@/engine/augmentations";
import { evaluations } from "@/engine/evaluation";
import { networks } from "@/engine/networks";
import { loadRealData } from "@/engine/realData";
import { SyntheticSet, firstImages } from "@/engine/syntheticSet";
import { MemoryTrajectoryStore } from "@/engine/trajectories/memoryTrajectoryStore";
import type { ImageSource } from "@/shared/dataset";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ParamRecord } from "@/shared/params";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";

/** What `../shared/baselines.json` says of one result of PyTorch; accuracies in percent. */
export interface Baseline {
  dataset: string;
  ipc: number | string;
  method: string;
  iterations: number | string;
  mean: number;
  std: number | null;
  at_least?: number;
}

/** The settings that the baselines were made with, per method. */
export const SETTINGS: Record<string, { params: ParamRecord; run: ParamRecord }> = {
  dm: { params: { batchReal: 64 }, run: { imageLr: 1, momentum: 0.5 } },
  datadam: {
    params: { batchReal: 64, spatialPower: 1, norm: "l2", scale: 100, taskBalance: 0.01 },
    run: { imageLr: 1, momentum: 0.5 },
  },
  dsa: {
    params: { batchReal: 64, networkSteps: 1, networkEpochs: 0, metric: "ours" },
    run: { imageLr: 0.1, momentum: 0.5 },
  },
  mtt: {
    params: {
      experts: 3,
      trainedEpochs: 8,
      expertBatch: 128,
      expertLr: 0.01,
      maxStartEpoch: 5,
      expertEpochs: 2,
      synSteps: 10,
      startLr: 0.01,
      lrLr: 1e-5,
    },
    run: { imageLr: 100, momentum: 0.5 },
  },
};

const STRATEGY: Record<string, string> = {
  mnist: "color_crop_cutout_scale_rotate",
  cifar10: "color_crop_cutout_flip_scale_rotate",
};

export interface RowOptions {
  source: ImageSource;
  dataset: string;
  method: string;
  ipc: number;
  iterations: number;
  seed: number;
  networks: number;
  epochs: number;
}

function configOf(options: RowOptions): ExperimentConfig {
  const { dataset, method, ipc, iterations, seed } = options;
  const settings = SETTINGS[method] ?? { params: {}, run: {} };
  return {
    datasetId: dataset,
    run: { ipc, iterations, seed, init: "real", ...settings.run },
    method: { id: method, params: settings.params },
    network: { id: "convnet", params: { width: 32, depth: 3 } },
    augmentation: { id: "dsa", params: { strategy: STRATEGY[dataset]!, cornerConvention: "edges" } },
    evaluation: {
      id: "standard",
      params: { interval: 100_000, networks: options.networks, epochs: options.epochs },
    },
  };
}

/** Experts are trained once for all rows and draws. */
const experts = new MemoryTrajectoryStore();

/** Accuracies (0..1) of the networks after one distillation. */
export async function distilledAccuracies(options: RowOptions): Promise<number[]> {
  const { source } = options;
  for await (const event of distil({ config: configOf(options), source, trajectories: experts }))
    if (event.kind === "evaluation") return event.score.accuracies;
  throw new Error("distilledAccuracies(): the run ended without an evaluation");
}

/** Accuracies of networks trained on the random real images that a run of this seed starts from. */
export async function randomAccuracies(options: RowOptions): Promise<number[]> {
  const { source, ipc, seed } = options;
  const config = configOf(options);
  const loading = loadRealData(source);
  let loaded = await loading.next();
  while (!loaded.done) loaded = await loading.next();
  const realData = loaded.value;
  const evaluation = evaluations.get("standard")!;
  const network = networks.get("convnet")!;
  const augmentation = augmentations.get("dsa")!;
  const random = new Random(seed);
  const first = firstImages(realData, ipc, "real", random.fork("first images"));
  const syn = new SyntheticSet(first, realData, ipc, { learningRate: 1, momentum: 0 });
  const targets = syn.targets();
  try {
    const running = evaluation.evaluate({
      params: parseParams(evaluation.params, config.evaluation.params),
      network: network.build(
        source.info.shape,
        source.info.classNames.length,
        parseParams(network.params, config.network.params),
      ),
      augmentation: augmentation.build(
        parseParams(augmentation.params, config.augmentation.params),
        source.info.shape,
      ),
      images: syn.images,
      targets,
      realData,
      imagesPerPass: 256,
      random: random.fork("evaluation"),
    });
    let next = await running.next();
    while (!next.done) next = await running.next();
    return next.value;
  } finally {
    targets.dispose();
    syn.dispose();
  }
}

/** Mean and spread of the draws' means, in percent. */
export function summary(draws: number[][]): { mean: number; std: number; text: string } {
  const means = draws.map((accuracies) => 100 * scoreOf(0, accuracies).mean);
  const { mean, std } = scoreOf(0, means);
  return { mean, std, text: means.map((value) => value.toFixed(1)).join(" ") };
}
