/**
 * A method says, for the synthetic set as it is, how wrong it is and which way to go: a loss and its gradients with
 * respect to whatever the set has learnable. The loop applies them. What lives longer than one update (a network that
 * is trained between updates, expert trajectories, more learnables) lives in the `MethodRun` that `start` returns.
 */
import type * as tf from "@tensorflow/tfjs";
import type { Params, ParamValues } from "@/shared/params";
import type { PluginInfo } from "@/shared/plugin";
import type { Random } from "@/shared/random";
import type { ExpertPoint, Preparation } from "@/shared/run";
import type { Augmentation } from "../augmentations/augmentation";
import type { ExperimentConfig } from "@/shared/experiment";
import type { SavedTensors } from "../engineState";
import type { Network } from "../networks/network";
import type { RealData } from "../realData";
import type { runParams } from "../runParams";
import type { IterationWork, WorkSettings } from "./iterationWork";
import type { SyntheticSet } from "../syntheticSet";
import type { TrajectoryStore } from "../trajectories/trajectoryStore";

/** What a method works with; all of it belongs to the loop. */
export interface MethodContext<V = unknown> {
  params: V;
  run: ParamValues<typeof runParams>;
  network: Network;
  augmentation: Augmentation;
  realData: RealData;
  syn: SyntheticSet;
  /** How many images may go through the network at once, with gradients, without filling the memory. */
  imagesPerPass: number;
  /** The whole config, and what the dataset is known by: together they name stored expert trajectories. */
  config: ExperimentConfig;
  datasetFingerprint: string;
  trajectories: TrajectoryStore;
  /** A stream of the method's own, for what is drawn once per run. */
  random: Random;
  /** Where the run goes on from an earlier one: what `keep` gave then, by the same names. */
  saved?: SavedTensors;
}

/** One update of the synthetic set. */
export interface Step {
  loss: tf.Scalar;
  /** By name of the learnable: "images", and what the method added with `syn.learn`. */
  gradients: Record<string, tf.Tensor>;
  /** Whether the update counts, as a truth value; one that does not changes nothing. Left out, all count. */
  counts?: tf.Scalar;
}

/** A method at work on one run. */
export interface MethodRun {
  /** Fetches what the next `step` needs and cannot have at once, such as stored weights. */
  prepare?(iteration: number): Promise<void>;
  /**
   * Loss and gradients at the present state. Called inside `tf.tidy`: only what is returned, or kept, survives.
   * @param iteration updates made so far
   * @param random a stream of this iteration alone
   */
  step(iteration: number, random: Random): Step;
  /**
   * What happens between two updates and is no part of either, such as training the network on the new images;
   * yields, with or without saying how far it is, wherever the run may be paused. Not called after the last update.
   */
  afterUpdate?(iteration: number, random: Random): AsyncGenerator<StartProgress | void>;
  /**
   * What of the method's own the next `afterUpdate` and `step` start from, by name; asked for after each `step`.
   * It may stay the method's: the loop makes clones. Nothing that the seed or a store gives again needs to be here.
   */
  keep?(): Record<string, tf.Tensor>;
  /** Frees what the run keeps. */
  dispose?(): void;
}

/** How far a long start is: training experts, loading trajectories. */
export interface StartProgress extends Preparation {
  /** An expert's accuracy, once per measured epoch. */
  expert?: ExpertPoint;
}

export interface Method<P extends Params = Params> extends PluginInfo {
  params: P;
  /** For docs/methods.md: which order of derivatives it takes, and of what. */
  order: string;
  /** For docs/methods.md: network passes per iteration, with C classes, B real and IPC synthetic images of each. */
  cost: string;
  /** The same as numbers, for the estimate before Start. */
  work(settings: WorkSettings<ParamValues<P>>): IterationWork;
  /** Checks settings against each other. @throws UserError */
  check?(params: ParamValues<P>): void;
  /** Makes the state of one run; a generator where that takes long. */
  start(context: MethodContext<ParamValues<P>>): MethodRun | AsyncGenerator<StartProgress, MethodRun>;
}

/**
 * Declares a method; its settings keep their types inside the file and lose them outside. Whitening is left to the
 * presets that name it: choosing anything else ends it.
 */
export function defineMethod<P extends Params>(method: Method<P>): Method {
  const preprocessing = "standard";
  return {
    ...method,
    runDefaults: { preprocessing, ...method.runDefaults },
    ...(method.presets && {
      presets: method.presets.map((preset) => ({ ...preset, run: { preprocessing, ...preset.run } })),
    }),
  };
}
