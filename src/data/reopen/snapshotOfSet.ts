/** From bare tensors to a synthetic set of a dataset that is stored here. */
import { pixelsPerImage, type DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import { FIRST_CHOICE } from "@/shared/experiment";
import { setMisfit, type Normalisation, type SetPlan } from "@/shared/openingSets";
import { OPENED_METHOD, type Snapshot } from "@/shared/run";
import { checkSnapshot } from "../writers/snapshotArrays";
import type { LooseSet } from "./looseSet";

/** Pictures that the page shows before the set is opened. */
const PREVIEWED = 10;
const LEAST_STD = 1e-6; // as real images are normalised

/** What the page needs of a set. */
export function planOfSet(set: LooseSet): SetPlan {
  const { images, shape, labels, softClasses, wereScores } = set;
  const { channels } = shape;
  const low = new Array<number>(channels).fill(Infinity);
  const high = new Array<number>(channels).fill(-Infinity);
  images.forEach((value, i) => {
    const channel = i % channels;
    if (value < low[channel]!) low[channel] = value;
    if (value > high[channel]!) high[channel] = value;
  });
  const size = pixelsPerImage(shape);
  const count = images.length / size;
  // spread over all, so that several classes are seen
  const shown = Array.from({ length: Math.min(PREVIEWED, count) }, (_, i) =>
    Math.floor((i * count) / PREVIEWED),
  );
  const preview = new Float32Array(shown.length * size);
  shown.forEach((image, at) => preview.set(images.subarray(image * size, (image + 1) * size), at * size));
  return {
    name: set.name,
    layout: set.layout,
    shape,
    count,
    classes: labels || softClasses > 0 ? Math.max(softClasses, (labels?.reduce(most, -1) ?? -1) + 1) : null,
    hasSoftLabels: softClasses > 0,
    synLr: set.synLr,
    normalisation: set.normalisation,
    classNames: set.classNames,
    low,
    high,
    preview,
    notes: [
      ...set.notes,
      ...(wereScores
        ? ["The soft labels are scores: softmax makes shares of them, as in the code of DATM."]
        : []),
    ],
  };
}

const most = (a: number, b: number): number => Math.max(a, b);

/**
 * @param told what the values were normalised with; they are brought to the normalisation of the dataset
 * @throws UserError that names set and dataset when one cannot stem from the other
 */
export function snapshotOfSet(set: LooseSet, dataset: DatasetInfo, told: Normalisation): Snapshot {
  const misfit = setMisfit(planOfSet(set), dataset);
  if (misfit)
    throw new UserError(misfit, `Choose the dataset that ${set.name} was distilled from, at the same size.`);
  const { classNames } = dataset;
  const classes = classNames.length;
  const size = pixelsPerImage(set.shape);
  const count = set.images.length / size;
  const own = classOfNumber(set, classNames);
  const labels = set.labels
    ? Uint16Array.from(set.labels, (number) => own[number]!)
    : Uint16Array.from({ length: count }, (_, i) => own[Math.floor((i * classes) / count)]!);
  const order = Array.from(labels.keys()).sort((a, b) => labels[a]! - labels[b]! || a - b);
  const images = new Float32Array(set.images.length);
  order.forEach((from, to) => images.set(set.images.subarray(from * size, (from + 1) * size), to * size));
  const snapshot: Snapshot = {
    config: {
      datasetId: dataset.id,
      run: {},
      method: { id: OPENED_METHOD, params: {} },
      network: { id: FIRST_CHOICE.network!, params: {} },
      augmentation: { id: FIRST_CHOICE.augmentation!, params: {} },
      evaluation: { id: "standard", params: {} },
    },
    openedFrom: set.name,
    iteration: 0,
    shape: set.shape,
    images: renormalised(images, told, dataset),
    labels: Uint16Array.from(order, (image) => labels[image]!),
    ...(set.targets && { targets: reordered(set.targets, order, own) }),
    ...(set.synLr !== null && { synLr: set.synLr }),
    classNames,
    datasetName: dataset.name,
    datasetFingerprint: dataset.fingerprint,
    mean: dataset.mean,
    std: dataset.std,
    evaluations: [],
  };
  checkSnapshot(snapshot);
  return snapshot;
}

/** The dataset's class of each class number: by name where the set tells all of them, else the same number. */
function classOfNumber({ classNames }: LooseSet, wanted: readonly string[]): number[] {
  const byName = classNames.map((name) => wanted.indexOf(name));
  const isWhole = new Set(byName).size === wanted.length && !byName.includes(-1);
  return isWhole ? byName : [...wanted.keys()];
}

/** Rows of shares in another order, their columns too. */
function reordered(
  targets: Float32Array,
  order: readonly number[],
  classOf: readonly number[],
): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(targets.length);
  const columns = classOf.length;
  order.forEach((from, to) =>
    classOf.forEach((own, number) => (rows[to * columns + own] = targets[from * columns + number]!)),
  );
  return rows;
}

/** The same brightness in other numbers; untouched where the normalisation is the same. */
function renormalised(
  images: Float32Array<ArrayBuffer>,
  from: Normalisation,
  to: Normalisation,
): Float32Array<ArrayBuffer> {
  const channels = to.mean.length;
  if (from.mean.length !== channels || from.std.length !== channels)
    throw new UserError(
      `A mean and a standard deviation are needed for each of the ${channels} channels.`,
      "Give as many numbers as there are channels.",
    );
  if (
    [...from.mean, ...from.std].some((value) => !Number.isFinite(value)) ||
    from.std.some((value) => value <= 0)
  )
    throw new UserError("A standard deviation must be above 0, and a mean a number.", "Correct the numbers.");
  if (String([from.mean, from.std]) === String([to.mean, to.std])) return images;
  return images.map((value, i) => {
    const channel = i % channels;
    const brightness = value * from.std[channel]! + from.mean[channel]!;
    return (brightness - to.mean[channel]!) / Math.max(to.std[channel]!, LEAST_STD);
  });
}
