/**
 * What DataDAM and ATOM share: matching where, and in which channels, an untrained network looks.
 *
 *   L = s Σ_l Σ_c ( w_s |mean â_l(real_c) − mean â_l(syn_c)|² + w_c |mean b̂_l(real_c) − mean b̂_l(syn_c)|² )
 *       + s λ Σ_c |mean ψ(real_c) − mean ψ(syn_c)|²
 *
 * â: spatial maps, b̂: channel maps of every activation but the last, ψ: the embedding.
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "@/shared/random";
import { channelAttention, spatialAttention, type AttentionNorm } from "@/tensor/ops/attentionMap";
import { segmentMean } from "@/tensor/ops/segmentMean";
import type { Draw } from "../augmentations/augmentation";
import { classBlocks, classOfImages, type ClassBlock } from "../classMeans";
import type { Network } from "../networks/network";
import { features } from "../operators/features";
import type { MethodContext, Step } from "./method";

export interface AttentionSettings {
  spatialPower: number;
  channelPower: number;
  norm: AttentionNorm;
  /** w_s and w_c; a map of weight 0 is not computed. */
  spatialWeight: number;
  channelWeight: number;
  /** s */
  scale: number;
  /** λ */
  taskBalance: number;
}

/** Class means of what is compared: attention maps with their weight in the loss, and the embedding. */
export interface AttentionMeans {
  maps: { mean: tf.Tensor2D; weight: number }[]; // [classes, size of the map]
  embedding: tf.Tensor2D; // [classes, embedding size]
}

/**
 * One pass of images, class after class.
 * @param totals what each class's sums are divided by, when `images` holds only a part of it
 */
export function attentionMeans(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  settings: AttentionSettings,
  counts: readonly number[],
  totals: readonly number[] = counts,
): AttentionMeans {
  const { spatialPower, channelPower, norm, spatialWeight, channelWeight } = settings;
  const taps = features(network, weights, images, { towards: ["images"] });
  const mean = (rows: tf.Tensor2D) => segmentMean(rows, counts, totals);
  const maps = taps.activations
    .slice(0, -1)
    .flatMap((activation) => [
      ...(spatialWeight > 0
        ? [{ mean: mean(spatialAttention(activation, spatialPower, norm)), weight: spatialWeight }]
        : []),
      ...(channelWeight > 0
        ? [{ mean: mean(channelAttention(activation, channelPower, norm)), weight: channelWeight }]
        : []),
    ]);
  return { maps, embedding: mean(taps.embedding) };
}

/** The two terms of the loss, each with its factor; differentiable towards `syn`. */
export function attentionDistance(
  real: AttentionMeans,
  syn: AttentionMeans,
  { scale, taskBalance }: AttentionSettings,
): { attention: tf.Scalar; output: tf.Scalar } {
  const squared = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Scalar => a.sub(b).square().sum();
  const attention = real.maps.reduce<tf.Scalar>(
    (sum, { mean, weight }, i) => sum.add(squared(mean, syn.maps[i]!.mean).mul(weight * scale)),
    tf.scalar(0),
  );
  return { attention, output: squared(real.embedding, syn.embedding).mul(scale * taskBalance) };
}

/** One update: a fresh random network, fresh real images, one view per class for both sides. */
export function attentionStep(
  context: MethodContext,
  batchReal: number,
  settings: AttentionSettings,
  random: Random,
): Step {
  const { network, augmentation, realData, syn } = context;
  const weights = network.init(random.fork("network"));
  const viewRandom = random.fork("views");
  const draws = realData.classNames.map(() => augmentation.draw(viewRandom));
  const limit = network.statisticsCount > 0 ? Infinity : context.imagesPerPass; // batch norm mixes the classes
  const realCounts = realData.counts("train").map((count) => Math.min(count, batchReal));
  const real = joinMeans(
    classBlocks(realCounts, limit).map((block) =>
      realBlock(context, weights, block, { batchReal, settings, draws, random: random.fork("real"), limit }),
    ),
  );

  let start = 0;
  const parts = classBlocks(syn.counts, limit).map((block) => {
    const labels = classOfImages(block);
    const images = syn.images.slice(start, labels.length);
    start += labels.length;
    const target = rowsOfMeans(real, block);
    return tf.valueAndGrad((x: tf.Tensor) => {
      const view = augmentation.view(x as tf.Tensor4D, draws, labels);
      const means = attentionMeans(network, weights, view, settings, block.counts);
      const { attention, output } = attentionDistance(target, means, settings);
      return attention.add(output);
    })(images);
  });
  return {
    loss: parts.reduce<tf.Scalar>((sum, part) => sum.add(part.value), tf.scalar(0)),
    gradients: {
      images: tf.concat(
        parts.map((part) => part.grad),
        0,
      ),
    },
  };
}

interface RealBlockOptions {
  batchReal: number;
  settings: AttentionSettings;
  draws: readonly Draw[];
  random: Random;
  limit: number;
}

/** The means of fresh real batches of some classes; a class that is larger than a pass goes through in parts. */
function realBlock(
  { network, augmentation, realData }: MethodContext,
  weights: tf.Tensor1D,
  block: ClassBlock,
  { batchReal, settings, draws, random, limit }: RealBlockOptions,
): AttentionMeans {
  return tf.tidy(() => {
    const labels = classOfImages(block);
    const batches = block.counts.map((_, i) => {
      const label = block.first + i;
      return realData.drawPerClass(batchReal, random.fork(label), [label]).images;
    });
    const images = tf.concat(batches, 0);
    const pass = (part: tf.Tensor4D, ofImages: number[], counts: readonly number[]) =>
      attentionMeans(
        network,
        weights,
        augmentation.view(part, draws, ofImages),
        settings,
        counts,
        block.counts,
      );
    if (labels.length <= limit) return pass(images, labels, block.counts) as never;
    let sum: AttentionMeans | null = null; // of one class
    for (let at = 0; at < labels.length; at += limit) {
      const size = Math.min(limit, labels.length - at);
      const part = tf.tidy(() => pass(images.slice(at, size), labels.slice(at, at + size), [size]) as never);
      sum = sum ? addMeans(sum, part) : part;
    }
    return sum as never;
  });
}

/** Changes each tensor of some means. */
const mapMeans = (
  { maps, embedding }: AttentionMeans,
  change: (mean: tf.Tensor2D, i: number) => tf.Tensor2D,
): AttentionMeans => ({
  maps: maps.map(({ mean, weight }, i) => ({ mean: change(mean, i), weight })),
  embedding: change(embedding, -1),
});

const meanAt = ({ maps, embedding }: AttentionMeans, i: number): tf.Tensor2D =>
  i < 0 ? embedding : maps[i]!.mean;

const addMeans = (a: AttentionMeans, b: AttentionMeans): AttentionMeans =>
  mapMeans(a, (mean, i) => mean.add(meanAt(b, i)));

const joinMeans = (parts: readonly AttentionMeans[]): AttentionMeans =>
  mapMeans(parts[0]!, (_, i) =>
    tf.concat(
      parts.map((part) => meanAt(part, i)),
      0,
    ),
  );

const rowsOfMeans = (means: AttentionMeans, { first, counts }: ClassBlock): AttentionMeans =>
  mapMeans(means, (mean) => mean.slice(first, counts.length));
