import * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "@/shared/dataset";
import { choice, float, int } from "@/shared/params";
import type { Random } from "@/shared/random";
import { finish } from "@/tensor/memory";
import type { Augmentation } from "../augmentations/augmentation";
import dcTraining from "../augmentations/dcTraining";
import none from "../augmentations/none";
import type { Network } from "../networks/network";
import { logits } from "../operators/features";
import { freshStatistics, runningStatistics } from "../operators/runningStatistics";
import { weightGradient } from "../operators/weightGradient";
import type { RealData } from "../realData";
import { relay } from "../relay";
import { defineEvaluation } from "./evaluation";
import { EvaluationSchedule } from "./schedule";

/**
 * The protocol of the DC, DSA and DM papers, as their code runs it: `epochs + 1` passes over the set, and after pass
 * number `floor(epochs / 2) + 1` (counted from 0) a tenth of the rate and a new optimizer, whose momentum starts from
 * nothing. Accuracy of the last weights on the whole test split.
 */
export default defineEvaluation({
  id: "standard",
  label: "Train new networks",
  about:
    "Trains freshly initialised networks on the synthetic images alone and tests them on the real test images.",
  cite: "Zhao & Bilen 2021, reference code",
  params: {
    interval: int("Evaluation interval", {
      help: "Iterations between two evaluations; 0 evaluates never.",
      default: 500,
      slowDefault: 100,
      min: 0,
      max: 100_000,
    }),
    networks: int("Evaluation networks", {
      help: "How many fresh networks are trained and averaged.",
      default: 3,
      slowDefault: 2,
      min: 1,
      max: 20,
    }),
    epochs: int("Evaluation epochs", {
      help: "Passes over the synthetic images; the papers make 1000.",
      default: 300,
      slowDefault: 100,
      min: 1,
      max: 3000,
    }),
    learningRate: float("Evaluation learning rate", {
      help: "Step size of the trained networks; a tenth of it after half of the epochs.",
      default: 0.01,
      min: 0.00001,
      max: 1,
      log: true,
      advanced: true,
    }),
    batch: int("Evaluation batch", {
      help: "Synthetic images per update.",
      default: 256,
      min: 1,
      max: 1024,
      advanced: true,
    }),
    augmentation: choice("Evaluation augmentation", {
      help: "What the synthetic images go through while networks train on them.",
      default: "run",
      options: [
        { value: "run", label: "As in the run, per image" },
        { value: "dc", label: "DC's own: crop, scale, rotate" },
        { value: "dcNoise", label: "DC's own: crop, noise" },
        { value: "none", label: "None" },
      ],
      advanced: true,
    }),
  },
  presets: [
    {
      label: "Paper",
      source: "Zhao & Bilen 2023, reference code",
      params: { interval: 2000, networks: 5, epochs: 1000, learningRate: 0.01, batch: 256 },
    },
  ],

  interval: (params) => params.interval,

  async *evaluate(context) {
    const { params, network, augmentation, images, targets, realData, imagesPerPass, random } = context;
    const learningRate = context.synLr ?? params.learningRate;
    const accuracies: number[] = [];
    const chosen = augmentationOf(params.augmentation, augmentation, network.inputShape);
    for (let index = 0; index < params.networks; index++) {
      const own = random.fork(index);
      const weights = ownVariable(() => network.init(own.fork("network")));
      const statistics = network.statisticsCount > 0 ? ownVariable(() => freshStatistics(network)) : null;
      try {
        const view = (batch: tf.Tensor4D, draws: Random): tf.Tensor4D =>
          chosen.view(batch, chosen.drawBatch(batch.shape[0], draws));
        const training = train({
          ...params,
          learningRate,
          network,
          weights,
          statistics,
          images,
          targets,
          view,
          random: own,
        });
        const epochs = params.epochs + 1;
        const progress = { network: index + 1, networks: params.networks, epochs };
        yield* relay(training, (epoch) => ({ ...progress, epoch }));
        const test = testAccuracy({
          network,
          weights,
          statistics,
          realData,
          batch: Math.min(256, imagesPerPass),
        });
        accuracies.push(yield* relay(test, () => ({ ...progress, epoch: epochs })));
      } finally {
        weights.dispose();
        statistics?.dispose();
      }
    }
    return accuracies;
  },
});

function augmentationOf(choice: string, ofRun: Augmentation, shape: ImageShape): Augmentation {
  switch (choice) {
    case "dc":
      return dcTraining.build({ strategy: "crop_scale_rotate" }, shape);
    case "dcNoise":
      return dcTraining.build({ strategy: "crop_noise" }, shape);
    case "none":
      return none.build({}, shape);
    default:
      return ofRun;
  }
}

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
}

/** Trains in place by the standard schedule; yields the number of passes made, after each. */
export async function* train(options: TrainingOptions): AsyncGenerator<number> {
  const { network, weights, statistics, images, targets, epochs, learningRate, batch, view, random } =
    options;
  const n = images.shape[0];
  const schedule = new EvaluationSchedule(epochs, learningRate);
  try {
    for (let pass = 0; pass < schedule.passes; pass++) {
      const order = random.permutation(n);
      for (let start = 0; start < n; start += batch) {
        tf.tidy(() => {
          const rows =
            n <= batch ? null : tf.tensor1d(Int32Array.from(order.subarray(start, start + batch)), "int32");
          const part = view(rows ? tf.gather(images, rows) : images, random);
          const wanted = rows ? tf.gather(targets, rows) : targets;
          const gradient = weightGradient(network, weights, part, wanted);
          if (statistics) statistics.assign(runningStatistics(network, weights, part, statistics));
          schedule.step(weights, gradient);
        });
      }
      schedule.endPass(pass);
      if (pass % 8 === 0 || pass === schedule.passes - 1) await finish(weights);
      yield pass + 1;
    }
  } finally {
    schedule.dispose();
  }
}

export interface TestOptions {
  network: Network;
  weights: tf.Tensor1D;
  /** What batch norms remember; null without batch norm. */
  statistics: tf.Tensor1D | null;
  /** Gives the test split. */
  realData: RealData;
  /** Images in one pass. */
  batch: number;
}

/** Share of the test images that are classified right; yields after each batch. */
export async function* testAccuracy(options: TestOptions): AsyncGenerator<void, number> {
  const { network, weights, statistics, realData, batch } = options;
  let right = 0;
  let count = 0;
  for (const { images, labels } of realData.testBatches(batch)) {
    const guesses = tf.tidy(() =>
      logits(network, weights, images, { towards: [], ...(statistics && { statistics }) }).argMax(1),
    );
    images.dispose();
    try {
      (await guesses.data()).forEach((guess, i) => (right += guess === labels[i] ? 1 : 0));
    } finally {
      guesses.dispose();
    }
    count += labels.length;
    yield;
  }
  return count === 0 ? NaN : right / count;
}

function ownVariable(make: () => tf.Tensor1D): tf.Variable<tf.Rank.R1> {
  const value = tf.tidy(make);
  const variable = tf.variable(value);
  value.dispose();
  return variable;
}
