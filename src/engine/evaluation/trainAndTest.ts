/** One network of an evaluation: fresh weights, a training, the test, and the curve of the training meanwhile. */
import * as tf from "@tensorflow/tfjs";
import type { NetworkScore } from "@/shared/evaluating";
import type { Random } from "@/shared/random";
import type { Network } from "../networks/network";
import { freshStatistics } from "../operators/runningStatistics";
import type { RealData } from "../realData";
import { relay } from "../relay";
import type { EvaluationProgress } from "./evaluation";
import { accuracyOf, measureFit, testConfusion, type LabelledImages } from "./testing";
import type { TrainingOptions } from "./training";

export type TrainedNetwork = Pick<TrainingOptions, "network" | "weights" | "statistics">;

export interface OneNetwork {
  network: Network;
  realData: RealData;
  imagesPerPass: number;
  random: Random;
  /** Trains in place; yields the passes made, also parts of one. */
  training: (trained: TrainedNetwork) => AsyncGenerator<number>;
  /** Of the training. */
  passes: number;
  /** What the curve is measured on, and how often. */
  curve: { sample: LabelledImages; points: number } | null;
}

type Progress = Omit<EvaluationProgress, "network" | "networks">;

/** Part of the time that the test takes, for the progress alone. */
const TEST_SHARE = 0.1;

/** Trains a network and tests it; the last thing it yields holds its score. */
export async function* trainAndTest(options: OneNetwork): AsyncGenerator<Progress, NetworkScore> {
  const { network, realData, imagesPerPass, random, training, passes: epochs, curve } = options;
  const batch = Math.min(256, imagesPerPass);
  const weights = ownVariable(() => network.init(random.fork("network")));
  const statistics = network.statisticsCount > 0 ? ownVariable(() => freshStatistics(network)) : null;
  const trained = { network, weights, statistics };
  try {
    let nextPoint = 1;
    for await (const made of training(trained)) {
      const epoch = Math.min(epochs, Math.ceil(made));
      const share = (1 - TEST_SHARE) * (made / epochs);
      if (curve && Number.isInteger(made) && (made >= nextPoint || made === epochs)) {
        nextPoint = made + epochs / curve.points;
        const fit = await measureFit({ ...trained, batch }, curve.sample);
        yield { epoch, epochs, share, point: { epoch, ...fit } };
      } else {
        yield { epoch, epochs, share };
      }
    }
    const images = realData.counts("test").reduce((a, b) => a + b, 0);
    let tested = 0;
    const confusion = yield* relay(testConfusion({ ...trained, realData, batch }), () => {
      tested = Math.min(images, tested + batch);
      return { epoch: epochs, epochs, share: 1 - TEST_SHARE * (1 - tested / images) };
    });
    const score = { accuracy: accuracyOf(confusion), confusion };
    yield { epoch: epochs, epochs, share: 1, score };
    return score;
  } finally {
    weights.dispose();
    statistics?.dispose();
  }
}

/** A variable that the caller owns, from a tensor that is made here. */
export function ownVariable(make: () => tf.Tensor1D): tf.Variable<tf.Rank.R1> {
  const value = tf.tidy(make);
  const variable = tf.variable(value);
  value.dispose();
  return variable;
}
