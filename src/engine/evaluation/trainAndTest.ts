/** One network of an evaluation: fresh weights, a training, the test, and the curve of the training meanwhile. */
import * as tf from "@tensorflow/tfjs";
import type { NetworkScore } from "@/shared/evaluating";
import type { Random } from "@/shared/random";
import type { Network } from "../networks/network";
import { freshStatistics } from "../operators/runningStatistics";
import { buildPrograms } from "../preparing";
import type { RealData } from "../realData";
import { relay } from "../relay";
import type { EvaluationProgress } from "./evaluation";
import { bestOf } from "./rateSearch";
import { accuracyOf, fitOf, measureFit, rehearseTest, testConfusion, type LabelledImages } from "./testing";
import type { TrainingOptions, TrainingProgress } from "./training";

export type TrainedNetwork = Pick<TrainingOptions, "network" | "weights" | "statistics">;

export interface OneNetwork {
  network: Network;
  realData: RealData;
  imagesPerPass: number;
  random: Random;
  /** Trains in place. */
  training: (trained: TrainedNetwork) => AsyncGenerator<TrainingProgress>;
  /** What it computes, without lasting effects. */
  rehearsal: (trained: TrainedNetwork) => void;
  /** Of the training. */
  passes: number;
  /** What the curve is measured on, and how often. */
  curve: { sample: LabelledImages; points: number } | null;
  /** Passes between two tests, of which the best counts; 0 tests the last weights alone. */
  testInterval: number;
}

type Progress = Omit<EvaluationProgress, "network" | "networks" | "score">;

/** Part of the time that the test takes, for the progress alone. */
const TEST_SHARE = 0.1;

/** Trains a network and tests it. */
export async function* trainAndTest(options: OneNetwork): AsyncGenerator<Progress, NetworkScore> {
  const { network, realData, imagesPerPass, random, training, rehearsal, curve, testInterval } = options;
  const { passes: epochs } = options;
  const batch = Math.min(256, imagesPerPass);
  const weights = ownVariable(() => network.init(random.fork("network")));
  const statistics = network.statisticsCount > 0 ? ownVariable(() => freshStatistics(network)) : null;
  const trained = { network, weights, statistics };
  const images = realData.counts("test").reduce((a, b) => a + b, 0);
  async function* test(told: (tested: number) => Progress): AsyncGenerator<Progress, NetworkScore> {
    let tested = 0;
    const confusion = yield* relay(testConfusion({ ...trained, realData, batch }), () => {
      tested = Math.min(images, tested + batch);
      return told(tested / images);
    });
    return { accuracy: accuracyOf(confusion), confusion };
  }
  try {
    let progress: Progress = { epoch: 0, epochs, share: 0 };
    const building = buildPrograms(() => {
      rehearsal(trained);
      rehearseTest({ ...trained, realData, batch });
      if (curve) fitOf({ ...trained, batch }, curve.sample);
    });
    yield* relay(building, (preparing) => ({ ...progress, preparing }));
    let nextPoint = 1;
    const scores: { score: NetworkScore }[] = [];
    for await (const made of training(trained)) {
      if (typeof made !== "number") {
        yield { ...progress, preparing: made };
        continue;
      }
      const epoch = Math.min(epochs, Math.ceil(made));
      progress = { epoch, epochs, share: (1 - TEST_SHARE) * (made / epochs) };
      if (curve && Number.isInteger(made) && (made >= nextPoint || made === epochs)) {
        nextPoint = made + epochs / curve.points;
        const fit = await measureFit({ ...trained, batch }, curve.sample);
        yield { ...progress, point: { epoch, ...fit } };
      } else {
        yield progress;
      }
      if (testInterval > 0 && made < epochs && made % testInterval === 0)
        scores.push({ score: yield* test(() => progress) });
    }
    const share = (tested: number) => 1 - TEST_SHARE * (1 - tested);
    scores.push({ score: yield* test((tested) => ({ epoch: epochs, epochs, share: share(tested) })) });
    return bestOf(scores).score;
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
