import * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "@/shared/dataset";
import { choice, float, int } from "@/shared/params";
import type { Random } from "@/shared/random";
import type { Augmentation } from "../augmentations/augmentation";
import dcTraining from "../augmentations/dcTraining";
import none from "../augmentations/none";
import type { Network } from "../networks/network";
import { passLimit } from "../operators/inParts";
import type { RealData } from "../realData";
import { relay } from "../relay";
import { defineEvaluation } from "./evaluation";
import type { LabelledImages } from "./testing";
import { trainAndTest } from "./trainAndTest";
import { oneHotTargets, train, trainOnReal, type TrainingOptions } from "./training";

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

  networks: (params) => params.networks,

  recipe: ({ epochs, learningRate, batch, augmentation }) => ({ epochs, learningRate, batch, augmentation }),

  imagesSeen: (params, images) => (params.epochs + 1) * images,

  async *evaluate(context) {
    const { params, network, images, targets, imagesPerPass, curvePoints } = context;
    const accuracies: number[] = [];
    for (const index of chosenNetworks(context)) {
      const random = context.random.fork(index);
      const view = viewOf(context);
      const learningRate = context.synLr ?? params.learningRate;
      const limit = passLimit(network, imagesPerPass);
      const one = trainAndTest({
        ...context,
        random,
        passes: params.epochs + 1,
        curve: curvePoints ? { sample: { images, targets }, points: curvePoints } : null,
        training: (trained) =>
          train({ ...params, ...trained, learningRate, images, targets, view, random, limit }),
      });
      const of = { network: index + 1, networks: params.networks };
      accuracies.push((yield* relay(one, (progress) => ({ ...of, ...progress }))).accuracy);
    }
    return accuracies;
  },

  async *evaluateOnReal(context) {
    const { params, network, realData, imagesPerPass, epochs, curvePoints } = context;
    const accuracies: number[] = [];
    for (const index of chosenNetworks(context)) {
      const random = context.random.fork(index);
      const view = viewOf(context);
      const limit = passLimit(network, imagesPerPass);
      const sample = curvePoints ? sampleOf(realData, random.fork("sample")) : null;
      try {
        const one = trainAndTest({
          ...context,
          random,
          passes: epochs,
          curve: curvePoints && sample ? { sample, points: curvePoints } : null,
          training: (trained) =>
            trainOnReal({ ...params, ...trained, epochs, realData, view, random, limit }),
        });
        const of = { network: index + 1, networks: params.networks };
        accuracies.push((yield* relay(one, (progress) => ({ ...of, ...progress }))).accuracy);
      } finally {
        if (sample) tf.dispose([sample.images, sample.targets]);
      }
    }
    return accuracies;
  },
});

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
