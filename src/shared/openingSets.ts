/** What the page and the data worker say to each other while bare tensors are opened as a distilled set. */
import { shapeText, type DatasetInfo, type ImageShape } from "./dataset";

/** x = (brightness - mean) / std per channel, of brightness 0 … 1. */
export interface Normalisation {
  mean: number[];
  std: number[];
}

/** What a look at the files found; the person says which dataset it stems from and what its values mean. */
export interface SetPlan {
  /** The file or folder. */
  name: string;
  /** Whose layout the names are: "MTT and DATM"; "" where they do not say. */
  layout: string;
  shape: ImageShape;
  /** Images, n. */
  count: number;
  /** Classes that the labels speak of; null without labels: the images are in class order then. */
  classes: number | null;
  hasSoftLabels: boolean;
  /** Learned learning rate, null where there is none. */
  synLr: number | null;
  /** As a manifest or metadata tell it. */
  normalisation: Normalisation | null;
  /** Names of the class numbers, as far as they are told. */
  classNames: readonly string[];
  /** Values per channel. */
  low: number[];
  high: number[];
  /** The first images, as the file has them, NHWC. */
  preview: Float32Array<ArrayBuffer>;
  notes: string[];
}

/** What the person decided. */
export interface SetChoices extends Normalisation {
  datasetId: string;
}

/** What a set and a dataset must have in common. */
type Dataset = Pick<DatasetInfo, "name" | "shape" | "classNames">;

/** Why a set cannot stem from a dataset, as a sentence that names both; "" when it can. */
export function setMisfit(
  { name, shape, count, classes }: Pick<SetPlan, "name" | "shape" | "count" | "classes">,
  dataset: Dataset,
): string {
  const wanted = dataset.classNames.length;
  if (shapeText(shape) !== shapeText(dataset.shape))
    return `${name} has images of ${shapeText(shape)}, and "${dataset.name}" has ${shapeText(dataset.shape)}.`;
  if (classes !== null && classes !== wanted)
    return `${name} has labels of ${classes} classes, and "${dataset.name}" has ${wanted}.`;
  if (classes === null && count % wanted !== 0)
    return `${name} has ${count} images and no labels, and "${dataset.name}" has ${wanted} classes: that is no whole number per class.`;
  return "";
}
