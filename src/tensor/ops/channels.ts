/**
 * Statistics and factors per channel of tensors seen as [outer, rows, channels]: what norms are made of.
 *
 * A norm takes its statistics over the rows and over `width` neighbouring channels. Instance norm has
 * (outer, rows, channels, width) = (n, h·w, c, 1), group norm (n, h·w, c, c/g), layer norm (n, 1, h·w·c, h·w·c),
 * batch norm (1, n·h·w, c, 1). Statistics always have one number per channel, [outer, 1, channels].
 */
import * as tf from "@tensorflow/tfjs";

/** How a tensor is cut; the number of rows is what is left over. */
export interface ChannelView {
  /** "sample": statistics of each sample, "batch": over the whole batch. */
  per: "sample" | "batch";
  channels: number;
  /** Neighbouring channels that share their statistics; divides `channels`. */
  width: number;
}

/** A tensor as [outer, rows, channels]. */
export function asRows(x: tf.Tensor, { per, channels }: ChannelView): tf.Tensor3D {
  const outer = per === "batch" ? 1 : x.shape[0];
  return x.reshape([outer, x.size / (outer * channels), channels]);
}

/**
 * The mean over the rows: [outer, rows, channels] -> [outer, 1, channels].
 * Two poolings, as tfjs would turn the whole tensor round for a reduction over inner axes; two stages of about
 * the same length keep many threads busy and rounding small.
 */
export function rowMean(x: tf.Tensor3D): tf.Tensor3D {
  const [outer, rows, channels] = x.shape;
  if (rows === 1) return x;
  const stage = divisorNear(rows, Math.sqrt(rows));
  const poolRows = (images: tf.Tensor, size: number) =>
    tf.avgPool(images.reshape<tf.Tensor4D>([-1, size, 1, channels]), [size, 1], 1, "valid");
  return poolRows(poolRows(x, stage), rows / stage).reshape([outer, 1, channels]);
}

/** The sum over everything but the channels: [n, h, w, c] -> [c]. */
export function channelSum(x: tf.Tensor4D): tf.Tensor1D {
  const channels = x.shape[3];
  const rows = x.reshape<tf.Tensor3D>([1, -1, channels]);
  return rowMean(rows).mul<tf.Tensor3D>(rows.shape[1]).reshape([channels]);
}

/** The mean over each group of `width` channels, written to all of them: [outer, 1, channels] again. */
export function widthMean(x: tf.Tensor3D, { channels, width }: ChannelView): tf.Tensor3D {
  if (width === 1) return x;
  const groups = x.reshape([-1, channels / width, width]);
  return groups
    .mean(2, true)
    .mul(tf.ones([1, 1, width]))
    .reshape(x.shape);
}

/** A tensor [outer, rows, channels] and its factors [outer or 1, 1, channels]. */
export type ChannelTerm = readonly [x: tf.Tensor3D, f: tf.Tensor3D];

/**
 * Σ x f + shift with one factor and one shift per channel, all of the same shape [outer, rows, channels].
 * @param shift [outer or 1, 1, channels]
 */
export function combineChannels(terms: readonly ChannelTerm[], shift?: tf.Tensor3D): tf.Tensor3D {
  return tf.tidy(() => {
    const [first, ...rest] = terms.map(
      ([x, f]) =>
        () =>
          folded(x, f, (a, b) => a.mul(b)),
    );
    let sum = first!();
    const replace = (next: tf.Tensor3D) => {
      sum.dispose();
      sum = next;
    };
    for (const term of rest) replace(tf.tidy(() => sum.add<tf.Tensor3D>(term())));
    if (shift) replace(plusChannels(sum, shift));
    return sum;
  });
}

/** x + f with one number per channel; f is [outer or 1, 1, channels]. */
export function plusChannels(x: tf.Tensor3D, f: tf.Tensor3D): tf.Tensor3D {
  return folded(x, f, (a, b) => a.add(b));
}

/** The inner loop of wasm's broadcasting runs over the last axis only, so it is made about this long. */
const INNER_LENGTH = 1024;

function folded(
  x: tf.Tensor3D,
  f: tf.Tensor3D,
  apply: (x: tf.Tensor, f: tf.Tensor) => tf.Tensor,
): tf.Tensor3D {
  const [outer, rows, channels] = x.shape;
  const fold = tf.getBackend() === "wasm" ? divisorNear(rows, INNER_LENGTH / channels) : 1;
  if (fold === 1) return apply(x, f) as tf.Tensor3D;
  return tf.tidy(() => {
    // a product with ones: wasm's Tile takes 200 times as long
    const repeated = f.mul(tf.ones([1, fold, 1])).reshape([f.shape[0], 1, fold * channels]);
    return apply(x.reshape([outer, rows / fold, fold * channels]), repeated).reshape(x.shape);
  });
}

/** The largest divisor of n up to `wanted`, at least 1. */
function divisorNear(n: number, wanted: number): number {
  let divisor = Math.max(1, Math.min(n, Math.floor(wanted)));
  while (n % divisor !== 0) divisor--;
  return divisor;
}
