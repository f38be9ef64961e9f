import * as tf from "@tensorflow/tfjs";

/**
 * Mean of each run of consecutive rows, as one matrix product with constant weights; differentiable once.
 *
 *   y[s] = 1/counts[s] sum_{rows of s} x        x̄[row of s] = ȳ[s] / counts[s]
 *
 * @param rows [n, size], segment after segment
 * @param counts rows per segment, summing to n; a segment without rows gives zeros
 * @param totals what each segment is divided by, when `rows` holds only a part of it; default `counts`
 * @returns [segments, size]
 */
export function segmentMean(
  rows: tf.Tensor2D,
  counts: readonly number[],
  totals: readonly number[] = counts,
): tf.Tensor2D {
  const [n] = rows.shape;
  const weights = new Float32Array(counts.length * n);
  let start = 0;
  counts.forEach((count, segment) => {
    weights.fill(1 / (totals[segment] ?? count), segment * n + start, segment * n + start + count);
    start += count;
  });
  if (start !== n) throw new Error(`segmentMean(): counts sum to ${start}, but there are ${n} rows`);
  return tf.matMul(tf.tensor2d(weights, [counts.length, n]), rows);
}
