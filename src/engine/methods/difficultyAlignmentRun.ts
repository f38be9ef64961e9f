/** The run of DATM and PAD: trajectory matching within a window of epochs, with labels that are learned, too. */
import * as tf from "@tensorflow/tfjs";
import { flag, float, type ParamValues } from "@/shared/params";
import type { KeptWeights } from "../operators/keptWeights";
import { firstLogits, rightImages } from "./expertLabels";
import type { MethodContext, MethodRun, StartProgress } from "./method";
import { upperStart, windowParams } from "./startWindow";
import { trajectoryParams } from "./trajectoryMatchingParams";
import { startTrajectoryMatching } from "./trajectoryMatchingRun";

export const alignmentParams = {
  ...windowParams,
  labelLr: float("Label learning rate", {
    help: "Step size of the logits that the soft labels are made of.",
    symbol: "η_y",
    default: 2,
    min: 0.0001,
    max: 1000,
    log: true,
  }),
  skipAbove: float("Largest loss that counts", {
    help: "An update whose loss is above this is skipped: it changes nothing and is counted beside the loss.",
    default: 1,
    min: 0.1,
    max: 1000,
    log: true,
  }),
  rightImages: flag("Rightly classified images", {
    help: "Real first images are some that an expert classifies rightly at its end, and first labels are the mean of the experts that do; otherwise images are random and labels what the first expert says.",
    default: true,
  }),
  ...trajectoryParams,
};

type Context = MethodContext<ParamValues<typeof alignmentParams>>;

/** Of the label logits; DATM's code names it `Momentum_y`. */
const LABEL_MOMENTUM = 0.9;
/** Probabilities of a kept set below this become logits as if they were this. */
const LEAST_SHARE = 1e-12;

/** @param kept the weights that the loss compares; default all */
export async function* startDifficultyAlignment(
  context: Context,
  kept?: KeptWeights,
): AsyncGenerator<StartProgress, MethodRun> {
  const { params } = context;
  const run = yield* startTrajectoryMatching(context, {
    exact: true,
    labels: "learned",
    startEpochs: (iteration) => [params.minStartEpoch, upperStart(params, iteration)],
    skipAbove: params.skipAbove,
    ...(kept && { kept }),
  });
  yield* learnLabels(context);
  return run;
}

/** Begins the learned logits: those of an earlier state or of a kept set, else what experts think of the first images. */
async function* learnLabels(context: Context): AsyncGenerator<StartProgress, void> {
  const { syn, params, run } = context;
  const settings = { learningRate: params.labelLr, momentum: LABEL_MOMENTUM };
  if (syn.hasLearnedTargets) {
    syn.learnTargets(tf.zeros([syn.labels.length, syn.classes]), settings);
    return;
  }
  if (syn.hasSoftTargets) {
    syn.learnTargets(
      tf.tidy(() => syn.targets().maximum<tf.Tensor2D>(LEAST_SHARE).log()),
      settings,
    );
    return;
  }
  if (params.rightImages && run.init === "real") syn.replaceImages(yield* rightImages(context));
  syn.learnTargets(yield* firstLogits(context, params.rightImages), settings);
}
