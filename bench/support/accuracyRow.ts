/** One row of a table of accuracies: a method at a small budget, over several draws of the initial images. */
import { augmentations } from "@/engine/augmentations";
import { imagesPerPassOf } from "@/engine/classMeans";
import { distil } from "@/engine/distil";
import { scoreOf } from "@/engine/runEvaluation";
import { oneHotTargets } from "@/engine/evaluation/training";
import { drain, loadAll } from "@/engine/studies/drain";
import { chooseNetwork, chooseProtocol } from "@/engine/studies/study";
import { firstImages } from "@/engine/syntheticSet";
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

export const STRATEGY: Record<string, string> = {
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

function configOf(options: Omit<RowOptions, "source">): ExperimentConfig {
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

/** One thing to measure, as plain data: it crosses into the page that has the GPU. */
export interface RowSpec {
  /** "distilled" runs the config; "random" and "full" train on real images by its evaluation alone. */
  kind: "distilled" | "random" | "full";
  config: ExperimentConfig;
  /** Of "full". */
  realEpochs: number;
}

/** The spec of a row of the baselines. */
export function specOf(options: Omit<RowOptions, "source"> & { realEpochs?: number }): RowSpec {
  const { method, realEpochs = 0 } = options;
  const kind = method === "random" || method === "full" ? method : "distilled";
  return { kind, config: configOf(options), realEpochs };
}

/** Experts are trained once for all rows and draws. */
const experts = new MemoryTrajectoryStore();

/** Accuracies (0..1) of the networks of a row. @param tell takes a word on how far it is, now and then */
export async function measureRow(
  { kind, config, realEpochs }: RowSpec,
  source: ImageSource,
  tell: (progress: string) => void = () => undefined,
): Promise<number[]> {
  if (kind === "distilled") {
    for await (const event of distil({ config, source, trajectories: experts })) {
      if (event.kind === "evaluation") return event.score.accuracies;
      if (event.kind === "preparing") tell(`${event.step} ${event.done}/${event.total}`);
      if (event.kind === "iteration" && event.loss !== null)
        tell(`iteration ${event.iteration}, loss ${event.loss.toPrecision(4)}`);
      if (event.kind === "evaluating") tell(`network ${event.network}, epoch ${event.epoch}`);
    }
    throw new Error("measureRow(): the run ended without an evaluation");
  }
  const realData = await loadAll(source);
  const protocol = chooseProtocol(config.evaluation);
  const network = chooseNetwork(source.info, config.network).built;
  const plugin = augmentations.get(config.augmentation.id)!;
  const random = new Random(Number(config.run["seed"]));
  const context = {
    params: protocol.choice.params as never,
    network,
    augmentation: plugin.build(parseParams(plugin.params, config.augmentation.params), source.info.shape),
    realData,
    imagesPerPass: imagesPerPassOf(network),
    random: random.fork("evaluation"),
  };
  if (kind === "full") return drain(protocol.built.evaluateOnReal({ ...context, epochs: realEpochs }));
  const ipc = Number(config.run["ipc"]);
  const images = firstImages(realData, ipc, "real", random.fork("first images"));
  const labels = realData.classNames.flatMap((_, label) => new Array<number>(ipc).fill(label));
  const targets = oneHotTargets(labels, realData.classNames.length);
  try {
    return await drain(protocol.built.evaluate({ ...context, images, targets }));
  } finally {
    images.dispose();
    targets.dispose();
  }
}

/** Accuracies (0..1) of the networks after one distillation. */
export const distilledAccuracies = (options: RowOptions): Promise<number[]> =>
  measureRow(specOf(options), options.source);

/** Accuracies of networks trained on the random real images that a run of this seed starts from. */
export const randomAccuracies = (options: RowOptions): Promise<number[]> =>
  measureRow(specOf({ ...options, method: "random" }), options.source);

/** Mean and spread of the draws' means, in percent; of the networks where there is one draw. */
export function summary(draws: number[][]): { mean: number; std: number; text: string } {
  const means = draws.map((accuracies) => 100 * scoreOf(0, accuracies).mean);
  const spread = draws.length > 1 ? means : draws[0]!.map((accuracy) => 100 * accuracy);
  return {
    mean: scoreOf(0, means).mean,
    std: scoreOf(0, spread).std,
    text: means.map((value) => value.toFixed(1)).join(" "),
  };
}
