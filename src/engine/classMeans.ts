/** Mean embeddings of classes, in passes small enough for the memory. */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "@/shared/random";
import { segmentMean } from "@/tensor/ops/segmentMean";
import type { Augmentation, Draw } from "./augmentations/augmentation";
import type { Network } from "./networks/network";
import { embedding } from "./operators/features";
import type { RealData } from "./realData";

/** Consecutive classes whose images go through the network together. */
export interface ClassBlock {
  first: number;
  counts: number[];
}

/** Groups classes so that each block has at most `limit` images, but at least one class. */
export function classBlocks(counts: readonly number[], limit: number): ClassBlock[] {
  const blocks: ClassBlock[] = [];
  let images = 0;
  counts.forEach((count, label) => {
    const block = blocks.at(-1);
    if (block && images + count <= limit) {
      block.counts.push(count);
      images += count;
    } else {
      blocks.push({ first: label, counts: [count] });
      images = count;
    }
  });
  return blocks;
}

/** The same classes in blocks of which each has one count throughout. */
export function equalBlocks(blocks: readonly ClassBlock[]): ClassBlock[] {
  return blocks.flatMap(({ first, counts }) => {
    const parts: ClassBlock[] = [];
    counts.forEach((count, i) => {
      const part = parts.at(-1);
      if (part?.counts[0] === count) part.counts.push(count);
      else parts.push({ first: first + i, counts: [count] });
    });
    return parts;
  });
}

/** For each image of a block, the index of its class. */
export const classOfImages = ({ first, counts }: ClassBlock): number[] =>
  counts.flatMap((count, i) => new Array<number>(count).fill(first + i));

export interface RealMeansOptions {
  network: Network;
  weights: tf.Tensor1D;
  realData: RealData;
  augmentation: Augmentation;
  /** One draw per class. */
  draws: readonly Draw[];
  /** Images per class. */
  batch: number;
  random: Random;
  imagesPerPass: number;
}

/**
 * Mean embedding of a fresh real batch of every class, without gradients.
 * Each class draws from its own stream, so the result does not depend on `imagesPerPass`.
 * @returns [classes, embedding size]
 */
export function realMeans(options: RealMeansOptions): tf.Tensor2D {
  const { realData, batch, imagesPerPass } = options;
  const counts = realData.counts("train").map((count) => Math.min(count, batch));
  const means = classBlocks(counts, imagesPerPass).map((block) => tf.tidy(() => blockMeans(block, options)));
  return tf.concat(means, 0);
}

function blockMeans(block: ClassBlock, options: RealMeansOptions): tf.Tensor2D {
  const { network, weights, realData, augmentation, draws, batch, random, imagesPerPass } = options;
  const labels = classOfImages(block);
  const batches = block.counts.map((_, i) =>
    realData.drawPerClass(batch, random.fork(block.first + i), [block.first + i]),
  );
  const images = tf.concat(
    batches.map((drawn) => drawn.images),
    0,
  );
  if (labels.length <= imagesPerPass) {
    const view = augmentation.view(images, draws, labels);
    return segmentMean(embedding(network, weights, view), block.counts);
  }
  const label = block.first; // one class that is larger than a pass
  let mean = tf.zeros<tf.Rank.R2>([1, network.embeddingSize]);
  for (let start = 0; start < labels.length; start += imagesPerPass) {
    mean = tf.tidy(() => {
      const part = images.slice(start, Math.min(imagesPerPass, labels.length - start));
      const view = augmentation.view(part, draws, new Array<number>(part.shape[0]).fill(label));
      return mean.add(segmentMean(embedding(network, weights, view), [part.shape[0]], [labels.length]));
    });
  }
  return mean;
}

/** No tensor of one pass should be larger: the default limit of a WebGPU buffer binding. */
const LARGEST_TENSOR_BYTES = 128 * 2 ** 20;

/**
 * How many images may go through a network at once so that no activation exceeds the limit. Batch norm takes its
 * statistics over all classes together, so such a network gets them in one pass, however many they are.
 */
export function imagesPerPassOf(network: Network, limitBytes = LARGEST_TENSOR_BYTES): number {
  if (network.batchNorms.length > 0) return Infinity;
  const { height, width, channels } = network.inputShape;
  const numbers = network.layers.map(({ layer }) => layer.outputShape.reduce((size, side) => size * side, 1));
  return Math.max(1, Math.floor(limitBytes / (4 * Math.max(height * width * channels, ...numbers))));
}
