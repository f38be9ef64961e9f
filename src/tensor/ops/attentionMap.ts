import type * as tf from "@tensorflow/tfjs";

/**
 * Attention maps of an activation F [n, height, width, channels]: where, or in which channels, a network looks.
 *
 *   spatial   a[n, y, x] = sum_c |F|^p          channel   a[n, c] = sum_yx |F|^p
 *
 * each normalised per image. Source: Sajedi et al. 2023 (arXiv:2310.00093, DataDAM), and for the channel map
 * Khaki et al. 2024 (arXiv:2405.01373, ATOM).
 */
export type AttentionNorm = "l2" | "l1" | "fro" | "none";

/** @returns [n, height * width] */
export function spatialAttention(activation: tf.Tensor4D, power: number, norm: AttentionNorm): tf.Tensor2D {
  const map = magnitudePower(activation, power).sum(3);
  return normalise(map.reshape([activation.shape[0], -1]), norm);
}

/** @returns [n, channels] */
export function channelAttention(activation: tf.Tensor4D, power: number, norm: AttentionNorm): tf.Tensor2D {
  return normalise(magnitudePower(activation, power).sum<tf.Tensor2D>([1, 2]), norm);
}

/** |x|^p for p = 1, 2, 3, …, by products: the derivative of a stock power is NaN at 0. */
function magnitudePower<T extends tf.Tensor>(x: T, power: number): T {
  if (!Number.isInteger(power) || power < 1)
    throw new Error(`magnitudePower(): expected a whole power of at least 1, got ${power}`);
  if (power === 1) return x.abs();
  if (power % 2 === 0) return power === 2 ? x.square() : magnitudePower(x.square(), power / 2);
  return magnitudePower(x, power - 1).mul(x.abs());
}

/** Divides each row by its norm, at least 1e-12 as PyTorch does; an all-zero row stays zero and passes no gradient. */
function normalise(rows: tf.Tensor2D, norm: AttentionNorm): tf.Tensor2D {
  switch (norm) {
    case "l2":
      return rows.div(euclidean(rows));
    case "l1":
      return rows.div(rows.sum(1, true).maximum(1e-12)); // the entries are not negative
    case "fro":
      return rows.div(euclidean(rows)).div(euclidean(rows)); // by the squared norm
    case "none":
      return rows;
    default:
      throw new Error(`normalise(): unknown norm ${String(norm satisfies never)}`);
  }
}

const euclidean = (rows: tf.Tensor2D) => rows.square().sum(1, true).maximum(1e-24).sqrt(); // [n, 1]
