/** Training by the standard schedule: SGD on batches, each under its own view, with one drop of the rate. */
import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";
import { Random } from "@/shared/random";
import type { Preparation } from "@/shared/run";
import { allFinite, nonFiniteCounts } from "@/tensor/ops/nonFinite";
import type { Network } from "../networks/network";
import { gradientInParts } from "../operators/inParts";
import { runningStatistics } from "../operators/runningStatistics";
import { measureKernels } from "../preparing";
import type { RealData } from "../realData";
import { EvaluationSchedule } from "./schedule";

export interface TrainingOptions {
  network: Network;
  /** [P], changed in place */
  weights: tf.Variable<tf.Rank.R1>;
  /** What batch norms remember [statisticsCount], changed in place; null without batch norm. */
  statistics: tf.Variable<tf.Rank.R1> | null;
  images: tf.Tensor4D;
  targets: tf.Tensor2D; // [n, classes]
  epochs: number;
  learningRate: number;
  batch: number;
  /** Called inside tidy for every batch. */
  view: (batch: tf.Tensor4D, random: Random) => tf.Tensor4D;
  random: Random;
  /** Images in one pass; default all of a batch. */
  limit?: number;
  /** A rate that is one of several on trial may diverge: it then has the accuracy of chance. Default: it is an error. */
  isTrial?: boolean;
}

/** Passes made, also parts of one, or what is done first. */
export type TrainingProgress = number | Preparation;

/**
 * Trains in place on a set: `epochs + 1` passes; yields the number of passes made, after each.
 * @throws UserError when the network diverges
 */
export async function* train(options: TrainingOptions): AsyncGenerator<TrainingProgress> {
  const { images, epochs, learningRate, batch, random } = options;
  const n = images.shape[0];
  const schedule = new EvaluationSchedule(epochs, learningRate);
  try {
    for (let pass = 0; pass < schedule.passes; pass++) {
      const order = random.permutation(n);
      for (let start = 0; start < n; start += batch) {
        tf.tidy(() => update(options, schedule, ...batchOf(options, order.subarray(start, start + batch))));
      }
      schedule.endPass(pass);
      if (pass % 8 === 0 || pass === schedule.passes - 1) yield* checkWeights(options);
      yield pass + 1;
    }
  } finally {
    schedule.dispose();
  }
}

/** The whole set where it is no larger than a batch, otherwise these rows of it. */
function batchOf(
  { images, targets, batch }: TrainingOptions,
  rows: ArrayLike<number>,
): [images: tf.Tensor4D, targets: tf.Tensor2D] {
  if (images.shape[0] <= batch) return [images, targets];
  const index = tf.tensor1d(Int32Array.from(rows), "int32");
  return [tf.gather(images, index), tf.gather(targets, index)];
}

/** What `train` computes, for a rehearsal; to be called inside tidy. */
export function rehearseTrain(options: TrainingOptions): void {
  rehearse(
    options,
    ...batchOf(
      options,
      Array.from({ length: options.batch }, () => 0),
    ),
  );
}

type UpdateOptions = Omit<TrainingOptions, "images" | "targets">;

/** Updates between two waits for the backend. */
const QUEUE = 4;

export type RealTrainingOptions = UpdateOptions & { realData: RealData };

/**
 * Trains in place on all real training images: `epochs` passes, with the drop of the rate half-way; yields the
 * number of passes made, also parts of one.
 * @throws UserError when the network diverges
 */
export async function* trainOnReal(options: RealTrainingOptions): AsyncGenerator<TrainingProgress> {
  const { network, realData, epochs, learningRate, batch, random } = options;
  const schedule = new EvaluationSchedule(epochs - 1, learningRate);
  const total = realData.counts("train").reduce((a, b) => a + b, 0);
  try {
    for (let pass = 0; pass < schedule.passes; pass++) {
      let seen = 0;
      let updates = 0;
      for (const { images, labels } of realData.trainBatches(batch, random)) {
        tf.tidy(() => update(options, schedule, images, oneHotTargets(labels, network.classes)));
        images.dispose();
        seen += labels.length;
        if (++updates % QUEUE !== 0 || seen === total) continue;
        yield* checkWeights(options);
        yield pass + seen / total;
      }
      schedule.endPass(pass);
      yield* checkWeights(options);
      yield pass + 1;
    }
  } finally {
    schedule.dispose();
  }
}

/** What `trainOnReal` computes, for a rehearsal; to be called inside tidy. */
export function rehearseTrainOnReal(options: RealTrainingOptions): void {
  const { network, realData, batch, random } = options;
  const first = realData.trainBatches(batch, new Random(random.state)).next();
  if (!first.done) rehearse(options, first.value.images, oneHotTargets(first.value.labels, network.classes));
}

/** Updates of copies: the second adds to a velocity. */
function rehearse(options: UpdateOptions, images: tf.Tensor4D, targets: tf.Tensor2D): void {
  const weights = tf.variable(options.weights);
  const statistics = options.statistics && tf.variable(options.statistics);
  const schedule = new EvaluationSchedule(1, options.learningRate);
  const copies = { ...options, weights, statistics, random: new Random(options.random.state) };
  update(copies, schedule, images, targets);
  update(copies, schedule, images, targets);
  nonFiniteCounts(weights);
  schedule.dispose();
  tf.dispose([weights, ...(statistics ? [statistics] : [])]);
}

/** Waits for the backend; the accuracy of a network whose weights are not numbers would look like one of chance. */
async function* checkWeights({
  weights,
  learningRate,
  isTrial = false,
}: Pick<TrainingOptions, "weights" | "learningRate" | "isTrial">): AsyncGenerator<Preparation, void> {
  const isFinite = await allFinite(weights);
  yield* measureKernels(); // while nothing is under way
  if (isFinite || isTrial) return;
  throw new UserError(
    `A network diverged while it was trained for an evaluation: the network's learning rate, ${learningRate}, is too large.`,
    'Choose a smaller "Evaluation learning rate"; a set with a learned rate brings its own.',
  );
}

/** One row per label: [n, classes]. */
export const oneHotTargets = (labels: ArrayLike<number>, classes: number): tf.Tensor2D =>
  tf.tidy(() =>
    tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), classes).cast<tf.Tensor2D>("float32"),
  );

/** One update on a batch; to be called inside tidy. */
function update(
  options: UpdateOptions,
  schedule: EvaluationSchedule,
  batch: tf.Tensor4D,
  targets: tf.Tensor2D,
): void {
  const { network, weights, statistics, view, random, limit = Infinity } = options;
  const images = view(batch, random);
  const gradient = gradientInParts(network, weights, { images, targets, limit });
  if (statistics) statistics.assign(runningStatistics(network, weights, images, statistics));
  schedule.step(weights, gradient);
}
