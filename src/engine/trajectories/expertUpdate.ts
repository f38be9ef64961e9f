/** One update of an expert, and the same for a rehearsal. */
import * as tf from "@tensorflow/tfjs";
import { Random } from "@/shared/random";
import { rehearseTest } from "../evaluation/testing";
import { gradientInParts, passLimit } from "../operators/inParts";
import { freshStatistics, runningStatistics } from "../operators/runningStatistics";
import { Sgd } from "../optimizer";
import { flatGradient } from "./flatGradient";
import type { ExpertTraining } from "./trainExperts";

export interface RealBatch {
  images: tf.Tensor4D; // [n, h, w, channels]
  labels: Int32Array;
}

export const optimizerOf = ({ recipe }: Pick<ExpertTraining, "recipe">): Sgd =>
  new Sgd({
    learningRate: recipe.expertLr,
    momentum: recipe.expertMomentum,
    weightDecay: recipe.expertDecay,
  });

/**
 * Updates the weights in place; to be called inside tidy.
 * @param statistics what batch norm remembers so far; null without
 * @returns what it remembers then
 */
export function updateExpert(
  { network, augmentation, recipe, imagesPerPass }: ExpertTraining,
  weights: tf.Variable<tf.Rank.R1>,
  optimizer: Sgd,
  { images, labels }: RealBatch,
  random: Random,
  statistics: tf.Tensor1D | null,
): tf.Tensor1D | null {
  const view = augmentation.view(images, augmentation.drawBatch(labels.length, random));
  const targets = tf.oneHot(tf.tensor1d(labels, "int32"), network.classes).cast<tf.Tensor2D>("float32");
  const seen = statistics && runningStatistics(network, weights, view, statistics);
  const limit = passLimit(network, imagesPerPass);
  const gradient = recipe.expertDescent === "flat" ? flatGradient : gradientInParts;
  optimizer.step(weights, gradient(network, weights, { images: view, targets, limit }));
  return seen;
}

/** What an epoch computes, on copies and without lasting effects; to be called inside tidy. */
export function rehearseExpert(training: ExpertTraining, weights: tf.Tensor1D, random: Random): void {
  const { network, realData, recipe, measure, imagesPerPass } = training;
  const own = new Random(random.state);
  const first = realData.trainBatches(recipe.expertBatch, own).next();
  if (first.done) return;
  const copy = tf.variable(weights);
  const optimizer = optimizerOf(training);
  let statistics = measure && network.statisticsCount > 0 ? freshStatistics(network) : null;
  for (let step = 0; step < 2; step++)
    // the second adds to a velocity
    statistics = updateExpert(training, copy, optimizer, first.value, own, statistics);
  if (measure)
    rehearseTest({ network, weights: copy, statistics, realData, batch: testBatch(imagesPerPass) });
  optimizer.dispose();
  copy.dispose();
}

/** Images of one pass of a test. */
export const testBatch = (imagesPerPass: number): number => Math.min(256, imagesPerPass);
