/**
 * A batch that is too large for one pass, in parts: the gradient of a mean loss is the mean of the parts' gradients,
 * weighted by their sizes. Not for batch norm in training form, which mixes the images of a pass.
 */
import * as tf from "@tensorflow/tfjs";
import type { Network } from "../networks/network";
import {
  gradientAt,
  lossGradientTangent,
  type LossGradientTangent,
  type LossOptions,
  type WeightGradientOptions,
} from "./weightGradient";

/** Images and their targets, and how many images may go through at once. */
export interface LargeBatch {
  images: tf.Tensor4D; // [n, h, w, channels]
  targets: tf.Tensor2D; // [n, classes]
  limit: number;
}

/** Consecutive parts, each of at most `limit`. */
export function partsOf(count: number, limit: number): { start: number; size: number }[] {
  const parts = [];
  for (let start = 0; start < count; start += limit)
    parts.push({ start, size: Math.min(limit, count - start) });
  return parts;
}

/** How many images may go through at once: all of them where batch norm takes its statistics from the pass. */
export const passLimit = (network: Network, imagesPerPass: number, frozen = false): number =>
  network.statisticsCount > 0 && !frozen ? Infinity : imagesPerPass;

/** `gradientAt` of a large batch: [P], as a constant; the caller disposes it. */
export function gradientInParts(
  network: Network,
  weights: tf.Tensor1D,
  { images, targets, limit }: LargeBatch,
  options: LossOptions = {},
): tf.Tensor1D {
  const n = images.shape[0];
  if (n <= limit) return gradientAt(network, weights, images, targets, options);
  let sum = tf.zeros<tf.Rank.R1>([network.weightCount]);
  for (const { start, size } of partsOf(n, limit)) {
    const next = tf.tidy(() => {
      const part = [images.slice(start, size), targets.slice(start, size)] as const;
      return sum.add<tf.Tensor1D>(gradientAt(network, weights, ...part, options).mul(size / n));
    });
    sum.dispose();
    sum = next;
  }
  return sum;
}

/** `lossGradientTangent` of a large batch; the caller disposes what it returns. */
export function tangentInParts(
  network: Network,
  weights: tf.Tensor1D,
  { images, targets, limit }: LargeBatch,
  lambda: tf.Tensor1D,
  options: WeightGradientOptions = {},
): LossGradientTangent {
  const n = images.shape[0];
  if (n <= limit) return lossGradientTangent(network, weights, images, targets, lambda, options);
  return tf.tidy(() => {
    let sum: tf.Tensor1D | null = null;
    const pixels: tf.Tensor4D[] = [];
    const labels: tf.Tensor2D[] = [];
    for (const { start, size } of partsOf(n, limit)) {
      const part = tf.tidy(() => {
        const own = [images.slice(start, size), targets.slice(start, size)] as const;
        const tangent = lossGradientTangent(network, weights, ...own, lambda, options);
        const scaled = <T extends tf.Tensor>(x: T | null): T | null => x && x.mul<T>(size / n);
        return {
          weights: scaled(tangent.weights),
          images: scaled(tangent.images),
          targets: scaled(tangent.targets),
        } as never;
      }) as LossGradientTangent;
      if (part.weights) {
        const next: tf.Tensor1D = sum ? sum.add(part.weights) : part.weights.clone();
        tf.dispose([part.weights, ...(sum ? [sum] : [])]);
        sum = next;
      }
      if (part.images) pixels.push(part.images);
      if (part.targets) labels.push(part.targets);
    }
    return {
      weights: sum,
      images: pixels.length > 0 ? tf.concat(pixels, 0) : null,
      targets: labels.length > 0 ? tf.concat(labels, 0) : null,
    } as never;
  });
}
