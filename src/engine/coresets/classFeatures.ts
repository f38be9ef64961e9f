/**
 * Features to choose coresets by: the embedding of a network that was trained on all real images by a short recipe,
 * SGD with rate 0.01 and batches of 256, without augmentation.
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "@/shared/random";
import { ownVariable } from "../evaluation/trainAndTest";
import {
  rehearseTrainOnReal,
  trainOnReal,
  type RealTrainingOptions,
  type TrainingProgress,
} from "../evaluation/training";
import type { Network } from "../networks/network";
import { embedding } from "../operators/features";
import { passLimit } from "../operators/inParts";
import { freshStatistics } from "../operators/runningStatistics";
import { buildPrograms } from "../preparing";
import type { RealData } from "../realData";
import { relay } from "../relay";
import type { FeatureRows } from "./coreset";

const LEARNING_RATE = 0.01;
const BATCH = 256;
/** Part of the time that the features take, for the progress alone. */
const FEATURE_SHARE = 0.2;

export interface FeatureOptions {
  network: Network;
  realData: RealData;
  epochs: number;
  imagesPerPass: number;
  random: Random;
  /** Takes the features [count, embedding size] of each class's training images, in order, one class at a time. */
  take: (features: FeatureRows, label: number) => void;
}

/** Trains the network and hands the features out; yields how much of it is done, 0..1, or what is done first. */
export async function* classFeatures(options: FeatureOptions): AsyncGenerator<TrainingProgress> {
  const { network, realData, epochs, imagesPerPass, random, take } = options;
  const weights = ownVariable(() => network.init(random.fork("network")));
  const statistics = network.statisticsCount > 0 ? ownVariable(() => freshStatistics(network)) : null;
  try {
    const training: RealTrainingOptions = {
      ...{ network, weights, statistics, realData, epochs, random },
      learningRate: LEARNING_RATE,
      batch: BATCH,
      view: (batch) => batch,
      limit: passLimit(network, imagesPerPass),
    };
    yield* buildPrograms(() => rehearseTrainOnReal(training));
    yield* relay(trainOnReal(training), (made) =>
      typeof made === "number" ? (1 - FEATURE_SHARE) * (made / epochs) : made,
    );
    const counts = realData.counts("train");
    for (const [label, count] of counts.entries()) {
      const values = new Float32Array(count * network.embeddingSize);
      const size = Math.min(BATCH, imagesPerPass);
      for (let start = 0; start < count; start += size) {
        const indices = Array.from({ length: Math.min(size, count - start) }, (_, i) => start + i);
        const part = tf.tidy(() =>
          embedding(network, weights, realData.imagesOf(label, indices), {
            towards: [],
            ...(statistics && { statistics }),
          }),
        );
        values.set(await part.data<"float32">(), start * network.embeddingSize);
        part.dispose();
        yield (
          1 - FEATURE_SHARE + (FEATURE_SHARE * (label + Math.min(1, (start + size) / count))) / counts.length
        );
      }
      take({ values, size: network.embeddingSize }, label);
    }
  } finally {
    weights.dispose();
    statistics?.dispose();
  }
}
