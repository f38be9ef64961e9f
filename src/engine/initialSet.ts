/** A run that begins with a kept set: what it must have in common with it, and what it takes from it. */
import * as tf from "@tensorflow/tfjs";
import { pixelsPerImage, shapeText, type DatasetInfo } from "@/shared/dataset";
import type { EngineState } from "@/shared/checkpoint";
import { UserError } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import type { Snapshot } from "@/shared/run";
import type { SavedTensors } from "./engineState";
import { preprocessingOf } from "./preprocessing/preprocessingOf";
import type { RunPlan } from "./runPlan";

/** Whether a kept set is needed: once there is a state to go on from, it holds all that was taken over. */
export const beginsWithSet = ({ run }: ExperimentConfig, resumeFrom?: EngineState): boolean =>
  run["init"] === "set" && !(resumeFrom && resumeFrom.iteration > 0);

/**
 * @param set as it was read, undefined where it is not kept here
 * @throws UserError that names set and run when the run cannot begin with it
 */
export function checkInitialSet(
  set: Snapshot | undefined,
  { ipc, preprocessing }: Pick<RunPlan["run"], "ipc" | "preprocessing">,
  info: DatasetInfo,
): asserts set is Snapshot {
  const classes = info.classNames.length;
  if (!set)
    throw new UserError(
      "The run is to begin with a kept set, and none is chosen.",
      'Choose one as "Kept set", or another "Initialisation".',
    );
  if (shapeText(set.shape) !== shapeText(info.shape))
    throw misfit(`has images of ${shapeText(set.shape)}`, info, `has ${shapeText(info.shape)}`);
  if (set.classNames.length !== classes)
    throw misfit(`has ${set.classNames.length} classes`, info, `has ${classes}`);
  if (set.datasetFingerprint !== info.fingerprint)
    throw misfit(`was distilled from other images ("${set.datasetName}")`, info, "is not the same import");
  if (preprocessingOf(set) !== preprocessing)
    throw new UserError(
      `The kept set has "Preprocessing" ${preprocessingOf(set)}, and the run ${preprocessing}.`,
      `Set "Preprocessing" to ${preprocessingOf(set)}.`,
    );
  const counts = info.classNames.map((_, label) => set.labels.filter((own) => own === label).length);
  const other = counts.findIndex((count) => count !== ipc);
  if (other >= 0)
    throw new UserError(
      `The kept set has ${counts[other]} images of "${info.classNames[other]}", and "Images per class (IPC)" is ${ipc}.`,
      counts.every((count) => count === counts[0])
        ? `Set "Images per class (IPC)" to ${counts[0]}.`
        : "A run needs as many images of each class.",
    );
}

/** What the run takes over where it learns such a thing: images, soft labels, the learned rate. */
export const tensorsOfSet =
  ({ images, labels, targets, synLr, shape, classNames }: Snapshot): SavedTensors =>
  (name) => {
    const { height, width, channels } = shape;
    if (name === "images" && images.length === labels.length * pixelsPerImage(shape))
      return tf.tensor4d(images.slice(), [labels.length, height, width, channels]);
    if (name === "targets" && targets)
      return tf.tensor2d(targets.slice(), [labels.length, classNames.length]);
    return name === "synLr" && synLr !== undefined ? tf.scalar(synLr) : null;
  };

const misfit = (has: string, { name }: DatasetInfo, needs: string): UserError =>
  new UserError(
    `The kept set ${has}, and "${name}" ${needs}.`,
    "Choose the dataset that the set was distilled from, or another set.",
  );
