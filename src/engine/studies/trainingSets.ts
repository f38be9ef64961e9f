/** What networks are trained on: a kept set in its forms, or real images of the same number per class. */
import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";
import type { Random } from "@/shared/random";
import type { Snapshot } from "@/shared/run";
import { oneHotTargets } from "../evaluation/training";
import type { RealData } from "../realData";
import { pngForm } from "./pngForm";

/** Images and targets, which the caller disposes, and the learned rate where there is one. */
export interface TrainingSet {
  images: tf.Tensor4D; // [n, h, w, channels], normalised
  targets: tf.Tensor2D; // [n, classes]
  synLr?: number;
}

/** Images of each class in a set. */
export function countsOf({ labels, classNames }: Pick<Snapshot, "labels" | "classNames">): number[] {
  const counts = classNames.map(() => 0);
  for (const label of labels) counts[label]!++;
  return counts;
}

export type SetForm = "set" | "hardSet" | "png";

/** A kept set: as it is, with hard labels in place of its soft ones, or as its PNGs hold it. */
export function setOf(snapshot: Snapshot, form: SetForm, realData: RealData): TrainingSet {
  const { shape, labels, classNames, targets, synLr, pictures } = snapshot;
  const tensor = (values: Float32Array) =>
    tf.tensor4d(values, [labels.length, shape.height, shape.width, shape.channels]);
  const classes = classNames.length;
  const shown = () => (pictures ? realData.preprocessed.fromBytes(pictures) : tensor(pngForm(snapshot)));
  return {
    images: form === "png" ? shown() : tensor(snapshot.images),
    targets:
      targets && form !== "hardSet"
        ? tf.tensor2d(targets, [labels.length, classes])
        : oneHotTargets(labels, classes),
    ...(synLr !== undefined && { synLr }),
  };
}

/** As many random real images of each class; each class draws from its own stream. */
export function randomImages(realData: RealData, counts: readonly number[], random: Random): TrainingSet {
  const available = realData.counts("train");
  return chosenImages(
    realData,
    counts.map((count, label) =>
      random.fork(label).choose(available[label]!, Math.min(count, available[label]!)),
    ),
  );
}

/** These training images of each class. */
export function chosenImages(realData: RealData, indices: readonly ArrayLike<number>[]): TrainingSet {
  const labels = indices.flatMap((own, label) => new Array<number>(own.length).fill(label));
  const images = tf.tidy(() => tf.concat(indices.map((own, label) => realData.imagesOf(label, own))));
  return { images, targets: oneHotTargets(labels, realData.classNames.length) };
}

/** The mean image of each class. */
export function meanImages(realData: RealData): TrainingSet {
  const { shape, classNames } = realData;
  const { height, width, channels } = shape;
  const images = tf.tidy(() =>
    tf.stack(classNames.map((_, label) => tf.tensor3d(realData.meanImage(label), [height, width, channels]))),
  ) as tf.Tensor4D;
  return { images, targets: oneHotTargets([...classNames.keys()], classNames.length) };
}

/** @throws UserError when a class has fewer training images than a set has */
export function checkEnoughReal(
  { classNames, counts }: { classNames: readonly string[]; counts: { train: readonly number[] } },
  wanted: readonly number[],
): void {
  const short = wanted.findIndex((count, label) => count > counts.train[label]!);
  if (short >= 0)
    throw new UserError(
      `"${classNames[short]}" has ${counts.train[short]} training images, fewer than the ${wanted[short]} of the set.`,
      "Leave random images, herding and k-center out.",
    );
}

/**
 * The images of these classes alone, which become classes 0, 1, 2, … in this order; soft targets are scaled to sum to
 * 1 again. The caller disposes both sets.
 * @param labels class of each image of the set
 */
export function ofClasses(
  { images, targets, ...rest }: TrainingSet,
  labels: ArrayLike<number>,
  classes: readonly number[],
): TrainingSet {
  const rows = Array.from(labels).flatMap((label, row) => (classes.includes(label) ? [row] : []));
  return tf.tidy(() => {
    const index = tf.tensor1d(rows, "int32");
    const kept = tf.tensor1d([...classes], "int32");
    const columns = tf.gather<tf.Tensor2D>(tf.gather(targets, index), kept, 1);
    const sums = columns.sum(1, true).maximum(1e-12);
    return { images: tf.gather(images, index), targets: columns.div<tf.Tensor2D>(sums), ...rest } as never;
  });
}
