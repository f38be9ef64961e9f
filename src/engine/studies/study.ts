/** What all studies share: checked choices, the real data, and networks whose scores are known or still to come. */
import type { ImageSource } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { NetworkScore, ScoreKey, ScoreStore } from "@/shared/evaluating";
import type { PluginChoice } from "@/shared/experiment";
import { parseParams, type ParamRecord, type ParamValue } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import type { Preparation, Snapshot } from "@/shared/run";
import { throwIfBackendFailed } from "@/tensor/backend";
import { augmentations } from "../augmentations";
import type { Augmentation } from "../augmentations/augmentation";
import { evaluations } from "../evaluation";
import type { Evaluation, EvaluationProgress } from "../evaluation/evaluation";
import { networks } from "../networks";
import type { Network } from "../networks/network";
import type { Preprocessing } from "../preprocessing/networkImages";
import { loadRealData, type RealData } from "../realData";
import { relay } from "../relay";

/** Where a study's images come from and its scores go to. */
export interface StudyEnvironment {
  source: ImageSource;
  scores: ScoreStore;
}

/** A kept set and its id. */
export interface KeptSnapshot {
  id: string;
  snapshot: Snapshot;
}

/** The state of a study after each thing that happened, and how much of the work is done, 0..1. */
export interface StudyStep<S> {
  share: number;
  /** What is done before the work goes on. */
  preparing?: Preparation;
  state: S;
}

/** A step, with what a network that is being trained says is done first. */
export const withPreparing = <S>(step: StudyStep<S>, { preparing }: EvaluationProgress): StudyStep<S> =>
  preparing ? { ...step, preparing } : step;

/** A plug-in with all of its settings, built. */
export interface Chosen<T> {
  choice: PluginChoice;
  label: string;
  built: T;
}

/** @throws UserError for an unknown network, a wrong setting, or images that do not fit through it */
export function chooseNetwork(
  { shape, classNames }: { shape: ImageSource["info"]["shape"]; classNames: readonly string[] },
  choice: PluginChoice,
): Chosen<Network> {
  const plugin = pluginById(networks, choice.id, "network");
  const params = parseParams(plugin.params, choice.params);
  return {
    choice: { id: choice.id, params },
    label: plugin.label,
    built: plugin.build(shape, classNames.length, params),
  };
}

/** @throws UserError for an unknown evaluation or a wrong setting */
export function chooseProtocol(choice: PluginChoice): Chosen<Evaluation> {
  const plugin = pluginById(evaluations, choice.id, "evaluation");
  const params = parseParams(plugin.params, choice.params);
  return { choice: { id: choice.id, params }, label: plugin.label, built: plugin };
}

/** The augmentation that a set was distilled with, for images of its shape. */
export function augmentationOfRun({ config, shape }: Snapshot): Chosen<Augmentation> {
  const { id, params: raw } = config.augmentation;
  const plugin = pluginById(augmentations, id, "augmentation");
  const params = parseParams(plugin.params, raw);
  return { choice: { id, params }, label: plugin.label, built: plugin.build(params, shape) };
}

/** @throws UserError when a set does not come from this dataset, or there is nothing to test on */
export function checkStudy({ source: { info } }: StudyEnvironment, snapshots: readonly Snapshot[]): void {
  if (info.counts.test.every((count) => count === 0))
    throw new UserError(
      `"${info.name}" has no test images to evaluate on.`,
      "Import it again with a test share.",
    );
  for (const { datasetFingerprint, datasetName, iteration } of snapshots)
    if (datasetFingerprint !== info.fingerprint)
      throw new UserError(
        `The set of iteration ${iteration} was distilled from other images ("${datasetName}") than "${info.name}" has.`,
        "Choose the dataset that it was distilled from, as it was imported then.",
      );
}

/** Equal choices give equal texts, whatever the order of their settings. */
export function choiceText({ id, params }: PluginChoice): string {
  return JSON.stringify([id, sorted(params)]);
}

const sorted = (record: ParamRecord): [string, ParamValue][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** What the protocol lets decide how one network does that is trained on a set at these rates, as a text. */
export const protocolText = ({ choice, built }: Chosen<Evaluation>, rates: readonly number[]): string =>
  choiceText({ id: choice.id, params: built.recipe(choice.params as never, rates) });

/** Loads the real images; yields nothing but turns for whoever wants to pause or stop. */
export async function* loadForStudy(
  { source }: StudyEnvironment,
  preprocessing: Preprocessing,
): AsyncGenerator<void, RealData> {
  return yield* relay(loadRealData(source, { preprocessing }), () => undefined);
}

/** One network that is to be trained and tested. */
export interface Job {
  key: ScoreKey;
  /** Work it takes, in any unit that all jobs of a study share. */
  cost: number;
  train: () => AsyncGenerator<EvaluationProgress>;
}

/** A job's score: from the store, or by training, and then stored. */
export async function* scoreOfJob(
  job: Job,
  scores: ScoreStore,
): AsyncGenerator<EvaluationProgress, { score: NetworkScore; cached: boolean }> {
  const known = await scores.get(job.key);
  if (known) return { score: known, cached: true };
  let score: NetworkScore | undefined;
  for await (const progress of job.train()) {
    score = progress.score ?? score;
    yield progress;
  }
  throwIfBackendFailed();
  if (!score) throw new Error(`scoreOfJob(): ${job.key.subject} ended without a score`);
  await scores.put(job.key, score);
  return { score, cached: false };
}

/** Multiplications of one image's forward pass, roughly: to tell large networks from small ones. */
export function passCost({ layers }: Network): number {
  return layers.reduce((sum, { layer }) => {
    const [height = 1, width = 1] = layer.outputShape.length === 3 ? layer.outputShape : [];
    const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
    const weights = layer.weights.reduce((all, { shape }) => all + size(shape), 0);
    return sum + weights * height * width + size(layer.outputShape);
  }, 0);
}

/** Mean and population standard deviation. */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}
