/** An evaluation scores a synthetic set: how well do networks that are trained on it do on real test images? */
import type * as tf from "@tensorflow/tfjs";
import type { NetworkScore } from "@/shared/evaluating";
import type { ParamRecord, Params, ParamValues } from "@/shared/params";
import type { PluginInfo } from "@/shared/plugin";
import type { Preparation } from "@/shared/run";
import type { Random } from "@/shared/random";
import type { Augmentation } from "../augmentations/augmentation";
import type { Network } from "../networks/network";
import type { RealData } from "../realData";

export interface EvaluationContext<V = unknown> {
  params: V;
  network: Network;
  /** The run's own, for training on its images. */
  augmentation: Augmentation;
  images: tf.Tensor4D; // [n, h, w, channels], not changed
  targets: tf.Tensor2D; // [n, classes]
  /** The rate that the method learned for these images, to be used in place of any setting. */
  synLr?: number;
  /** Train at this rate alone, whatever the settings and `synLr` say. */
  rate?: number;
  /** Gives the test split. */
  realData: RealData;
  /** Largest number of images in one pass. */
  imagesPerPass: number;
  random: Random;
  /** Train this one of the networks alone, by its index: it becomes the same as among all of them. */
  only?: number;
  /** Measure loss and accuracy on the training images that many times per network; default never. */
  curvePoints?: number;
}

/** The same on all real training images, for a number of epochs. */
export type RealEvaluationContext<V = unknown> = Omit<
  EvaluationContext<V>,
  "images" | "targets" | "synLr" | "rate"
> & { epochs: number };

export interface EvaluationProgress {
  network: number;
  networks: number;
  epoch: number;
  epochs: number;
  /** How much of this network's training and test is done, 0..1. */
  share: number;
  /** What is done first. */
  preparing?: Preparation;
  /** On the images it is trained on, or a sample of all real ones; where it was measured. */
  point?: { epoch: number; loss: number; accuracy: number };
  /** In the last word of each network. */
  score?: NetworkScore;
}

export interface Evaluation<P extends Params = Params> extends PluginInfo {
  params: P;
  /** Iterations between two evaluations; 0 for never. */
  interval(params: ParamValues<P>): number;
  /** How many networks are trained. */
  networks(params: ParamValues<P>): number;
  /**
   * The learning rates that one network is trained at, of which the best counts: the learned one, that of the settings,
   * or several.
   */
  rates(params: ParamValues<P>, synLr?: number): readonly number[];
  /** What decides how one network does that is trained at these rates. */
  recipe(params: ParamValues<P>, rates: readonly number[]): ParamRecord;
  /** What decides how one network does that is trained on all real images, but for the epochs. */
  realRecipe(params: ParamValues<P>): ParamRecord & { learningRate: number };
  /** Images that one network sees while it is trained on a set of this size at one rate. */
  imagesSeen(params: ParamValues<P>, images: number): number;
  /** Yields wherever the run may be paused or stopped; returns one accuracy (0..1) per network. */
  evaluate(context: EvaluationContext<ParamValues<P>>): AsyncGenerator<EvaluationProgress, number[]>;
  /** The same on all real training images. */
  evaluateOnReal(
    context: RealEvaluationContext<ParamValues<P>>,
  ): AsyncGenerator<EvaluationProgress, number[]>;
}

/** Declares an evaluation; its settings keep their types inside the file and lose them outside. */
export function defineEvaluation<P extends Params>(evaluation: Evaluation<P>): Evaluation {
  return evaluation;
}
