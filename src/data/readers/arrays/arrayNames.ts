/** Which arrays of a file are images and which are their labels, by the names that people give them. */
import { UserError } from "@/shared/errors";
import type { SourceSplit } from "../reader";
import type { SourceArray } from "./sourceArray";

const SPLIT_WORDS: readonly (readonly [SourceSplit, readonly string[]])[] = [
  ["train", ["train", "training"]],
  ["val", ["val", "valid", "validation"]],
  ["test", ["test"]],
];

/** Images and their labels, in the order in which they are looked for. */
const PAIRS: readonly (readonly [images: string, labels: readonly string[]])[] = [
  ["images", ["labels", "targets", "y"]],
  ["image", ["label"]],
  ["x", ["y", "labels"]],
  ["X", ["y", "Y"]],
  ["data", ["labels", "targets"]],
];

export interface ArrayPair {
  split: SourceSplit;
  images: SourceArray;
  labels: SourceArray;
}

/** The pairs of names, by split, from `train_images` (MedMNIST) and `x_train` (Keras) to `images` and `images_best` (MTT). */
const NAMES: readonly (readonly [SourceSplit, string, readonly string[]])[] = [
  ...SPLIT_WORDS.flatMap(([split, words]) =>
    words.flatMap((word) =>
      PAIRS.flatMap(
        ([images, labels]) =>
          [
            [split, `${word}_${images}`, labels.map((name) => `${word}_${name}`)],
            [split, `${images}_${word}`, labels.map((name) => `${name}_${word}`)],
          ] as const,
      ),
    ),
  ),
  ...PAIRS.map(([images, labels]) => ["train", images, labels] as const),
  ["train", "images_best", ["labels_best"]],
];

/**
 * @param file that they lie in, for messages
 * @throws UserError when there are images without labels, or no images
 */
export function findPairs(arrays: ReadonlyMap<string, SourceArray>, file: string): ArrayPair[] {
  const pairs: ArrayPair[] = [];
  for (const [split, imageName, labelNames] of NAMES) {
    const images = arrays.get(imageName);
    if (!images || pairs.some((pair) => pair.split === split)) continue;
    const labels = labelNames.map((name) => arrays.get(name)).find((found) => found !== undefined);
    if (!labels)
      throw new UserError(
        `${file} has no labels: "${imageName}" is there, "${labelNames[0]!}" is not.`,
        "Save images and labels of the same count and one size, labels as class numbers from 0.",
      );
    pairs.push({ split, images, labels });
  }
  if (pairs.length === 0)
    throw new UserError(
      `${file} has no arrays of images and labels; it holds ${[...arrays.keys()].slice(0, 8).join(", ") || "nothing"}.`,
      "Name them train_images, train_labels, test_images, test_labels, or x_train, y_train, x_test, y_test.",
    );
  return pairs;
}
