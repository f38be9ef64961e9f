import * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "@/shared/dataset";
import type { NetworkScore } from "@/shared/evaluating";
import { choice, flag, float, int } from "@/shared/params";
import type { Random } from "@/shared/random";
import type { Augmentation } from "../augmentations/augmentation";
import dcTraining from "../augmentations/dcTraining";
import none from "../augmentations/none";
import type { Network } from "../networks/network";
import { passLimit } from "../operators/inParts";
import type { RealData } from "../realData";
import { relay } from "../relay";
import { defineEvaluation } from "./evaluation";
import { bestOf, SEARCHED_RATES } from "./rateSearch";
import type { LabelledImages } from "./testing";
import { trainAndTest } from "./trainAndTest";
import {
  oneHotTargets,
  rehearseTrain,
  rehearseTrainOnReal,
  train,
  trainOnReal,
  type TrainingOptions,
} from "./training";

const PAPER = { networks: 5, epochs: 1000, learningRate: 0.01, batch: 256, augmentation: "run" };

/** What DD-Ranking trains on all real images with. */
const DD_RANKING_REAL = { learningRate: 0.01, batch: 512, augmentation: "none" };

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
    rateSearch: flag("Search the learning rate", {
      help: "DD-Ranking's way: whatever has no learned rate is trained at 0.001, 0.005, 0.01, 0.05 and 0.1, and the best counts, network by network. Takes five times as long.",
      default: false,
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
    testInterval: int("Test interval", {
      help: "Epochs between two tests of a network, of which the best counts, as in DD-Ranking; chosen on the test images, it flatters every row. 0 tests the last weights alone.",
      default: 0,
      min: 0,
      max: 3000,
      advanced: true,
    }),
    realTraining: choice("Training on all data", {
      help: "How networks train on all real images, for as many epochs as are set for that.",
      default: "same",
      options: [
        { value: "same", label: "As on the sets" },
        { value: "ddRanking", label: "DD-Ranking's: rate 0.01, batch 512, no augmentation" },
      ],
      advanced: true,
    }),
  },
  presets: [
    {
      label: "Paper",
      source: "Zhao & Bilen 2023, reference code",
      params: { ...PAPER, interval: 2000, rateSearch: false, testInterval: 0, realTraining: "same" },
    },
    {
      label: "DD-Ranking",
      source: "Li et al. 2025: searched learning rates, the best of the tests, 200 epochs on all data",
      params: { ...PAPER, rateSearch: true, testInterval: 10, realTraining: "ddRanking" },
      study: { fullEpochs: 200 },
    },
  ],

  interval: (params) => params.interval,

  networks: (params) => params.networks,

  rates: ratesOf,

  recipe: ({ epochs, batch, augmentation, testInterval }, rates) => ({
    epochs,
    learningRate: rates.join(" "),
    batch,
    augmentation,
    testInterval,
  }),

  realRecipe(params) {
    const { learningRate, batch, augmentation, testInterval } = onReal(params);
    return { learningRate, batch, augmentation, testInterval };
  },

  imagesSeen: (params, images) => (params.epochs + 1) * images,

  async *evaluate(context) {
    const { params, network, images, targets, imagesPerPass, curvePoints, synLr, rate } = context;
    const rates = rate === undefined ? ratesOf(params, synLr) : [rate];
    const limit = passLimit(network, imagesPerPass);
    const view = viewOf(context);
    const isTrial = params.rateSearch && synLr === undefined;
    const accuracies: number[] = [];
    for (const index of chosenNetworks(context)) {
      const of = { network: index + 1, networks: params.networks };
      const tried: { score: NetworkScore }[] = [];
      for (const learningRate of rates) {
        const random = context.random.fork(index); // the same network and batches at every rate
        const training = { ...params, learningRate, images, targets, view, random, limit, isTrial };
        const one = trainAndTest({
          ...context,
          random,
          passes: params.epochs + 1,
          testInterval: params.testInterval,
          curve: curvePoints ? { sample: { images, targets }, points: curvePoints } : null,
          training: (trained) => train({ ...training, ...trained }),
          rehearsal: (trained) => rehearseTrain({ ...training, ...trained }),
        });
        const shareOf = (share: number) => (tried.length + share) / rates.length;
        const score = yield* relay(one, ({ share, ...rest }) => ({ ...of, ...rest, share: shareOf(share) }));
        tried.push({ score });
      }
      const { score } = bestOf(tried);
      yield { ...of, epoch: params.epochs + 1, epochs: params.epochs + 1, share: 1, score };
      accuracies.push(score.accuracy);
    }
    return accuracies;
  },

  async *evaluateOnReal(context) {
    const { network, realData, imagesPerPass, epochs, curvePoints } = context;
    const params = onReal(context.params);
    const limit = passLimit(network, imagesPerPass);
    const view = viewOf({ ...context, params });
    const accuracies: number[] = [];
    for (const index of chosenNetworks(context)) {
      const of = { network: index + 1, networks: params.networks };
      const random = context.random.fork(index);
      const sample = curvePoints ? sampleOf(realData, random.fork("sample")) : null;
      try {
        const training = { ...params, epochs, realData, view, random, limit };
        const one = trainAndTest({
          ...context,
          random,
          passes: epochs,
          testInterval: params.testInterval,
          curve: curvePoints && sample ? { sample, points: curvePoints } : null,
          training: (trained) => trainOnReal({ ...training, ...trained }),
          rehearsal: (trained) => rehearseTrainOnReal({ ...training, ...trained }),
        });
        const score = yield* relay(one, (progress) => ({ ...of, ...progress }));
        yield { ...of, epoch: epochs, epochs, share: 1, score };
        accuracies.push(score.accuracy);
      } finally {
        if (sample) tf.dispose([sample.images, sample.targets]);
      }
    }
    return accuracies;
  },
});

function ratesOf(
  { rateSearch, learningRate }: { rateSearch: boolean; learningRate: number },
  synLr?: number,
): readonly number[] {
  if (synLr !== undefined) return [synLr];
  return rateSearch ? SEARCHED_RATES : [learningRate];
}

/** The settings that a training on all real images goes by. */
const onReal = <P extends { realTraining: string }>(params: P): P =>
  params.realTraining === "ddRanking" ? { ...params, ...DD_RANKING_REAL } : params;

/** Real images that the curve of a training on all of them is measured on. */
const SAMPLE = 500;

function sampleOf(realData: RealData, random: Random): LabelledImages {
  const { length } = realData.classNames;
  const { images, counts } = realData.drawPerClass(Math.ceil(SAMPLE / length), random);
  const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label));
  return { images, targets: oneHotTargets(labels, length) };
}

function chosenNetworks({ only, params }: { only?: number; params: { networks: number } }): number[] {
  return only === undefined ? Array.from({ length: params.networks }, (_, index) => index) : [only];
}

interface Viewing {
  params: { augmentation: string };
  augmentation: Augmentation;
  network: Network;
}

function viewOf({ params, augmentation, network }: Viewing): TrainingOptions["view"] {
  const chosen = augmentationOf(params.augmentation, augmentation, network.inputShape);
  return (batch, random) => chosen.view(batch, chosen.drawBatch(batch.shape[0], random));
}

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
