import * as tf from "@tensorflow/tfjs";
import { NON_FINITE_COUNTS } from "../kernels/nonFinite";

/**
 * Counts the numbers that are NaN or infinite, without a wait: the counts can be read back with something else.
 * @param x float32, any shape
 * @returns counts of disjoint parts of `x`, [1 … 1024], whose sum is the count
 */
export function nonFiniteCounts(x: tf.Tensor): tf.Tensor1D {
  if (x.size === 0) return tf.zeros([1]);
  return tf.tidy(() => tf.engine().runKernel<tf.Tensor1D>(NON_FINITE_COUNTS, { x: x.reshape([x.size]) }));
}

/** Waits until the backend has computed `x`, and says whether all of it is finite. */
export async function allFinite(x: tf.Tensor): Promise<boolean> {
  const counts = nonFiniteCounts(x);
  try {
    return (await counts.data()).every((count) => count === 0);
  } finally {
    counts.dispose();
  }
}
