import * as tf from "@tensorflow/tfjs";
import { SEGMENT_SPREAD, SEGMENT_SUM } from "../kernels/segmentMean";
import { callKernel } from "../kernels/webgpuProgram";

/**
 * Mean of each run of consecutive rows; differentiable once. One matrix product with constant weights, or one kernel
 * where there is one.
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
  const starts = [0];
  for (const count of counts) starts.push(starts.at(-1)! + count);
  if (starts.at(-1) !== n)
    throw new Error(`segmentMean(): counts sum to ${starts.at(-1)}, but there are ${n} rows`);
  const factors = counts.map((count, segment) => (count === 0 ? 0 : 1 / (totals[segment] ?? count)));
  if (tf.getBackend() === "webgpu") return byKernel(rows, counts, starts, factors);
  const weights = new Float32Array(counts.length * n);
  counts.forEach((count, segment) => {
    const first = segment * n + starts[segment]!;
    weights.fill(factors[segment]!, first, first + count);
  });
  return tf.matMul(tf.tensor2d(weights, [counts.length, n]), rows);
}

function byKernel(
  rows: tf.Tensor2D,
  counts: readonly number[],
  starts: readonly number[],
  factors: readonly number[],
): tf.Tensor2D {
  const operator = tf.customGrad((x) => ({
    value: callKernel(
      SEGMENT_SUM,
      { x: x as tf.Tensor, starts: tf.tensor1d([...starts], "int32"), factors: tf.tensor1d([...factors]) },
      {},
    ),
    gradFunc: (y: tf.Tensor) => {
      const owners = counts.flatMap((count, segment) => new Array<number>(count).fill(segment));
      return callKernel(
        SEGMENT_SPREAD,
        { y, owners: tf.tensor1d(owners, "int32"), factors: tf.tensor1d([...factors]) },
        {},
      );
    },
  }));
  return operator(rows) as tf.Tensor2D;
}
