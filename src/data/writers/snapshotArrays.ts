/** A snapshot's images in the forms that files want: bytes for the eye, planes for PyTorch. */
import { pixelsPerImage } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { Snapshot } from "@/shared/run";

/** Images in the snapshot, n. */
export const imageCount = ({ labels }: Snapshot): number => labels.length;

/** Images of the class that has most. */
export function imagesPerClass({ labels, classNames }: Snapshot): number {
  const counts = new Array<number>(classNames.length).fill(0);
  for (const label of labels) counts[label]!++;
  return Math.max(...counts);
}

/**
 * Bytes of one image, [height, width, channels]: round(clamp(x * std + mean, 0, 1) * 255), or the set's own pictures.
 * @param index which image, 0 … n-1
 */
export function toBytes({ images, pictures, shape, mean, std }: Snapshot, index: number): Uint8Array {
  const size = pixelsPerImage(shape);
  if (pictures) return pictures.slice(index * size, (index + 1) * size);
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    const channel = i % shape.channels;
    const value = images[index * size + i]! * Math.max(std[channel]!, 1e-6) + mean[channel]!; // as they were normalised
    bytes[i] = Math.round(Math.min(Math.max(value, 0), 1) * 255);
  }
  return bytes;
}

/** The learned floats, untouched, from NHWC to NCHW. */
export function toPlanes(snapshot: Snapshot): Float32Array<ArrayBuffer> {
  const { height, width, channels } = snapshot.shape;
  const plane = height * width;
  const planes = new Float32Array(snapshot.images.length); // [n, channels, height, width]
  for (let from = 0; from < planes.length; from++) {
    const channel = from % channels;
    const pixel = Math.floor(from / channels) % plane;
    const image = Math.floor(from / (channels * plane));
    planes[(image * channels + channel) * plane + pixel] = snapshot.images[from]!;
  }
  return planes;
}

/** [n, channels, height, width] */
export const planesShape = (snapshot: Snapshot): number[] => [
  imageCount(snapshot),
  snapshot.shape.channels,
  snapshot.shape.height,
  snapshot.shape.width,
];

/** Class indices as PyTorch and NumPy want them. */
export const toInt64 = (labels: Uint16Array): BigInt64Array<ArrayBuffer> =>
  BigInt64Array.from(labels, BigInt);

/**
 * Refuses what no file should hold.
 * @throws UserError when an image, a soft label or the learned rate is not a finite number
 * @throws Error when the arrays do not fit each other
 */
export function checkSnapshot(snapshot: Snapshot): void {
  const { images, pictures, labels, targets, synLr, shape, classNames, mean, std, iteration } = snapshot;
  const size = pixelsPerImage(shape);
  if (labels.length === 0)
    throw new UserError("There are no synthetic images to export.", "Start a run first.");
  if (images.length !== labels.length * size)
    throw new Error(`checkSnapshot(): ${images.length} values for ${labels.length} images of ${size}`);
  if (pictures && pictures.length !== images.length)
    throw new Error(`checkSnapshot(): ${pictures.length} bytes of pictures for ${images.length} values`);
  if (mean.length !== shape.channels || std.length !== shape.channels)
    throw new Error(`checkSnapshot(): mean and std need ${shape.channels} values`);
  if (targets && targets.length !== labels.length * classNames.length)
    throw new Error(`checkSnapshot(): ${targets.length} soft labels for ${labels.length} images`);
  labels.forEach((label, i) => {
    if (label >= classNames.length)
      throw new Error(`checkSnapshot(): label ${label} of ${classNames.length} classes`);
    if (i > 0 && label < labels[i - 1]!) throw new Error("checkSnapshot(): images are not in class order");
  });
  const wrong = images.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const name = classNames[labels[Math.floor(wrong / size)]!];
    throw new UserError(
      `The synthetic images hold ${images[wrong]} (class "${name}", iteration ${iteration}): the run has diverged.`,
      "Lower the image learning rate and run again; nothing was exported.",
    );
  }
  if (targets?.some((value) => !Number.isFinite(value)) || (synLr !== undefined && !Number.isFinite(synLr)))
    throw new UserError(
      `The learned labels or the learned rate are not finite numbers (iteration ${iteration}): the run has diverged.`,
      "Lower their learning rate and run again; nothing was exported.",
    );
}
