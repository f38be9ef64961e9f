/**
 * How hard images are for a network (Paul et al. 2021), p = softmax of its logits, y one-hot, h the embedding:
 *
 *   EL2N = | p - y |        last-layer GraNd = | (p - y) ⊗ [h, 1] | = | p - y | √(|h|² + 1)
 */
import type { FeatureRows } from "./coreset";

/** One EL2N score per image. @param logits [n, classes] */
export function el2n(logits: FeatureRows, labels: ArrayLike<number>): Float32Array {
  const { values, size } = logits;
  return Float32Array.from({ length: labels.length }, (_, row) => {
    const own = values.subarray(row * size, (row + 1) * size);
    const top = own.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = Array.from(own, (value) => Math.exp(value - top));
    const total = powers.reduce((a, b) => a + b, 0);
    const squares = powers.map((power, label) => (power / total - (label === labels[row] ? 1 : 0)) ** 2);
    return Math.sqrt(squares.reduce((a, b) => a + b, 0));
  });
}

/** The norm of each image's gradient towards the classifier's weights and biases. */
export function lastLayerGradNorm(
  features: FeatureRows,
  logits: FeatureRows,
  labels: ArrayLike<number>,
): Float32Array {
  const { values, size } = features;
  return el2n(logits, labels).map((error, row) => {
    const own = values.subarray(row * size, (row + 1) * size);
    return error * Math.sqrt(own.reduce((sum, value) => sum + value * value, 1));
  });
}
