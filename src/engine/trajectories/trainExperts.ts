import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";
import { choice, float, int, type ParamValues } from "@/shared/params";
import { Random } from "@/shared/random";
import type { Preparation } from "@/shared/run";
import { finish } from "@/tensor/memory";
import type { Augmentation } from "../augmentations/augmentation";
import { testAccuracy } from "../evaluation/testing";
import type { Network } from "../networks/network";
import { freshStatistics } from "../operators/runningStatistics";
import type { Sgd } from "../optimizer";
import { buildPrograms, measureKernels } from "../preparing";
import type { RealData } from "../realData";
import { relay } from "../relay";
import { optimizerOf, rehearseExpert, testBatch, updateExpert } from "./expertUpdate";
import type {
  ExpertInfo,
  ExpertState,
  TrajectoryKey,
  TrajectoryStore,
  WeightPrecision,
} from "@/shared/trajectories";

/** Experts that were stored before there was a choice are of this kind: their keys do not name it. */
export const PLAIN_DESCENT = "plain";

/** How experts are trained; by default as the MTT paper does (Cazenavette et al. 2022, buffer.py). */
export const recipeParams = {
  expertLr: float("Expert learning rate", {
    help: "Step size with which the experts are trained on the real images.",
    default: 0.01,
    min: 0.0001,
    max: 1,
    log: true,
  }),
  expertDescent: choice("Expert gradient", {
    help: "Flat minima train experts whose ends are less sharp, as FTD, DATM and PAD do; every update takes two gradients.",
    default: PLAIN_DESCENT,
    options: [
      { value: PLAIN_DESCENT, label: "Plain" },
      { value: "flat", label: "Flat minima (FTD)" },
    ],
    advanced: true,
  }),
  expertMomentum: float("Expert momentum", {
    help: "Share of the last expert update that is kept; the paper keeps none.",
    default: 0,
    min: 0,
    max: 0.99,
    advanced: true,
  }),
  expertDecay: float("Expert weight decay", {
    help: "Pull of the experts' weights towards zero; the paper has none.",
    default: 0,
    min: 0,
    max: 0.01,
    advanced: true,
  }),
  expertBatch: int("Expert batch", {
    help: "Real images per expert update.",
    default: 256,
    min: 1,
    max: 1024,
    advanced: true,
  }),
  expertSeed: int("Expert seed", {
    help: "Experts of the same seed, recipe, network and dataset are trained once and reused.",
    default: 1,
    min: 0,
    max: 2_147_483_647,
    advanced: true,
  }),
};

export interface ExpertTraining {
  key: TrajectoryKey;
  store: TrajectoryStore;
  recipe: ParamValues<typeof recipeParams>;
  network: Network;
  realData: RealData;
  augmentation: Augmentation;
  /** How many experts there shall be. */
  experts: number;
  /** Epochs whose weights are needed; training goes as far as the last of them and no further. */
  epochs: readonly number[];
  /** How the epochs are stored; default float32. */
  precision?: WeightPrecision;
  /** Also measure the accuracy on the test split after each epoch. */
  measure: boolean;
  imagesPerPass: number;
}

/** How far the training is; `accuracy` (0..1) comes with the last batch of an epoch that was measured. */
export interface ExpertProgress {
  expert: number; // 0 …
  epoch: number; // under way, 1 …
  batch: number; // made, 1 …
  batches: number; // per epoch
  doneEpochs: number; // of all experts, in this call
  totalEpochs: number;
  accuracy: number | null;
  /** What is done before the training goes on. */
  preparing?: Preparation;
}

/** The epochs that a matching can draw: starts minStartEpoch … maxStartEpoch - 1, and each start plus `expertEpochs`. */
export function drawableEpochs(maxStartEpoch: number, expertEpochs: number, minStartEpoch = 0): number[] {
  const starts = Array.from({ length: maxStartEpoch - minStartEpoch }, (_, i) => minStartEpoch + i);
  return [...new Set([...starts, ...starts.map((epoch) => epoch + expertEpochs)])].sort((a, b) => a - b);
}

/**
 * Trains what the store does not have yet: networks of random initialisation, on shuffled real batches, each image
 * under its own augmentation, saving the state after every epoch. Yields wherever it may be paused; `return()` loses
 * only the epoch that is under way, and the next call goes on after the last one. Every epoch draws from a random
 * stream of its own, so an interrupted expert becomes the same as an uninterrupted one.
 * @throws UserError when an expert diverges
 */
export async function* trainExperts(training: ExpertTraining): AsyncGenerator<ExpertProgress, void> {
  const { store, key, experts, epochs } = training;
  const last = Math.max(...epochs);
  const known = new Map((await store.experts(key)).map((info) => [info.expert, info]));
  const starts = new Map<number, number | null>(); // the epoch to go on from, null for a new expert
  for (let expert = 0; expert < experts; expert++) {
    const info = known.get(expert);
    if (epochs.every((epoch) => info?.epochs.includes(epoch))) continue;
    starts.set(expert, info && keptSoFar(info, epochs) ? info.trainedEpochs : null);
  }
  const totalEpochs = [...starts.values()].reduce<number>((sum, epoch) => sum + last - (epoch ?? 0), 0);
  let doneEpochs = 0;
  for (const [expert, start] of starts) {
    const state = start === null ? null : await store.state(key, expert);
    for await (const progress of trainExpert(training, expert, state, last)) {
      if (progress.batch === progress.batches && !progress.preparing) doneEpochs++;
      yield { ...progress, expert, doneEpochs, totalEpochs };
    }
  }
}

/** Whether every wanted epoch that an expert has passed can still be read. */
const keptSoFar = ({ trainedEpochs, epochs }: ExpertInfo, wanted: readonly number[]): boolean =>
  wanted.every((epoch) => epoch > trainedEpochs || epochs.includes(epoch));

type EpochProgress = Omit<ExpertProgress, "expert" | "doneEpochs" | "totalEpochs">;

/** Updates between two waits for the backend. */
const QUEUE = 4;

async function* trainExpert(
  training: ExpertTraining,
  expert: number,
  state: ExpertState | null,
  last: number,
): AsyncGenerator<EpochProgress> {
  const { network, recipe } = training;
  const random = new Random(recipe.expertSeed).fork("expert").fork(expert);
  const started = tf.tidy(() => (state ? tf.tensor1d(state.weights) : network.init(random.fork("network"))));
  const weights: tf.Variable<tf.Rank.R1> = tf.variable(started);
  started.dispose();
  const optimizer = optimizerOf(training);
  try {
    if (state?.velocity) optimizer.restore(tf.tensor1d(state.velocity));
    if (!state) await saveEpoch(training, expert, 0, weights, optimizer, null);
    const batches = batchesOf(training);
    const first = (state?.epoch ?? 0) + 1;
    yield* relay(
      buildPrograms(() => rehearseExpert(training, weights, random)),
      (preparing) => ({ epoch: first, batch: 0, batches, accuracy: null, preparing }),
    );
    for (let epoch = first; epoch <= last; epoch++) {
      const own = random.fork("epoch").fork(epoch);
      const statistics = yield* trainEpoch(training, weights, optimizer, own, epoch);
      const accuracy = training.measure ? await accuracyOf(training, weights, statistics) : null;
      statistics?.dispose();
      await saveEpoch(training, expert, epoch, weights, optimizer, accuracy);
      yield { epoch, batch: batches, batches, accuracy };
    }
  } finally {
    weights.dispose();
    optimizer.dispose();
  }
}

async function saveEpoch(
  { store, key, epochs, precision = "float32" }: ExpertTraining,
  expert: number,
  epoch: number,
  weights: tf.Tensor1D,
  optimizer: Sgd,
  accuracy: number | null,
): Promise<void> {
  const values = Float32Array.from(await weights.data());
  if (!values.every(Number.isFinite))
    throw new UserError(
      `Expert ${expert + 1} diverged in epoch ${epoch}: its weights are not numbers any more.`,
      'Lower the network\'s learning rate, "Expert learning rate".',
    );
  const state = { epoch, weights: values, velocity: await optimizer.velocityValues() };
  await store.save(key, expert, state, epochs.includes(epoch) && precision, accuracy ?? undefined);
}

const batchesOf = ({ realData, recipe }: ExpertTraining): number =>
  Math.ceil(realData.counts("train").reduce((a, b) => a + b, 0) / recipe.expertBatch);

/**
 * One pass over the real images; says nothing after its last batch, because the epoch is not saved yet.
 * @returns what batch norm remembers of the epoch, for testing; null without batch norm; the caller disposes it
 */
async function* trainEpoch(
  training: ExpertTraining,
  weights: tf.Variable<tf.Rank.R1>,
  optimizer: Sgd,
  random: Random,
  epoch: number,
): AsyncGenerator<EpochProgress, tf.Tensor1D | null> {
  const { network, realData, recipe, measure } = training;
  const batches = batchesOf(training);
  let statistics = measure && network.statisticsCount > 0 ? freshStatistics(network) : null;
  let batch = 0;
  try {
    for (const real of realData.trainBatches(recipe.expertBatch, random)) {
      const before: tf.Tensor1D | null = statistics;
      const update = () => updateExpert(training, weights, optimizer, real, random, before);
      statistics = tf.tidy(update as () => tf.Tensor1D);
      tf.dispose([real.images, ...(before ? [before] : [])]);
      batch++;
      if (batch % QUEUE === 0) {
        await finish(weights);
        yield* relay(measureKernels(), (preparing) => ({ epoch, batch, batches, accuracy: null, preparing }));
      }
      if (batch < batches) yield { epoch, batch, batches, accuracy: null };
    }
    const remembered = statistics;
    statistics = null;
    return remembered;
  } finally {
    statistics?.dispose(); // when it was stopped
  }
}

async function accuracyOf(
  { network, realData, imagesPerPass }: ExpertTraining,
  weights: tf.Variable<tf.Rank.R1>,
  statistics: tf.Tensor1D | null,
): Promise<number | null> {
  const batch = testBatch(imagesPerPass);
  const test = testAccuracy({ network, weights, statistics, realData, batch });
  for (;;) {
    const { done, value } = await test.next();
    if (done) return Number.isFinite(value) ? value : null; // null without test images
  }
}
