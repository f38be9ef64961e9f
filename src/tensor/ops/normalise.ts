/**
 * Normalisation over groups of numbers, and the derivative that all its passes share.
 *
 *   x̂ = r (x - mean x)                     r = 1 / sqrt(var x + 1e-5), biased variance
 *   J v = r (v - mean v - x̂ mean(v x̂))     the Jacobian of x̂, which is symmetric
 *
 * A tensor is seen as [outer, rows, groups, width]; statistics are over rows and width. Instance norm has
 * (n, h·w, c, 1), group norm (n, h·w, g, c/g), layer norm (n, h·w·c, 1, 1), batch norm (1, n·h·w, c, 1).
 */
import * as tf from "@tensorflow/tfjs";

export const NORM_EPSILON = 1e-5;

/** How a tensor is cut; `outer` is what is left over. */
export interface Grouping {
  /** "sample": statistics of each sample, "batch": over the whole batch. */
  per: "sample" | "batch";
  groups: number;
  width: number;
}

export interface Normalised {
  /** x̂, of the shape of x. */
  normalised: tf.Tensor;
  /** r [outer, 1, groups, 1], as are mean and variance. */
  inverseStd: tf.Tensor;
  mean: tf.Tensor;
  variance: tf.Tensor;
}

/** x̂ and the statistics it comes from. */
export function normalise(x: tf.Tensor, grouping: Grouping): Normalised {
  const cut = asGroups(x, grouping);
  const mean = meanOfGroups(cut);
  const centred = cut.sub<tf.Tensor4D>(mean);
  const variance = meanOfGroups(centred.square());
  const inverseStd = variance.add(NORM_EPSILON).rsqrt();
  return { normalised: centred.mul(inverseStd).reshape(x.shape), inverseStd, mean, variance };
}

/** J v. */
export function normaliseJacobian(
  { normalised, inverseStd }: Pick<Normalised, "normalised" | "inverseStd">,
  v: tf.Tensor,
  grouping: Grouping,
): tf.Tensor {
  const [cut, hat] = [asGroups(v, grouping), asGroups(normalised, grouping)];
  const along = hat.mul(meanOfGroups(cut.mul(hat)));
  return cut.sub(meanOfGroups(cut)).sub(along).mul(inverseStd).reshape(v.shape);
}

/** The mean of a b over each group: [outer, 1, groups, 1]. */
export function groupMeanOfProduct(a: tf.Tensor, b: tf.Tensor, grouping: Grouping): tf.Tensor4D {
  return meanOfGroups(asGroups(a.mul(b), grouping));
}

/** x times one factor per group. */
export function scaleGroups(x: tf.Tensor, factors: tf.Tensor, grouping: Grouping): tf.Tensor {
  return asGroups(x, grouping).mul(factors).reshape(x.shape);
}

function asGroups(x: tf.Tensor, { per, groups, width }: Grouping): tf.Tensor4D {
  const outer = per === "batch" ? 1 : x.shape[0];
  return x.reshape([outer, x.size / (outer * groups * width), groups, width]);
}

/** On the CPU backends a pooling over the whole image is far faster than a reduction over inner axes. */
function meanOfGroups(cut: tf.Tensor4D): tf.Tensor4D {
  const [outer, rows, groups, width] = cut.shape;
  if (tf.getBackend() === "webgpu") return cut.mean<tf.Tensor4D>([1, 3], true);
  const columns = cut.reshape<tf.Tensor4D>([outer, rows, 1, groups * width]);
  const means = tf.avgPool(columns, [rows, 1], 1, "valid"); // [outer, 1, 1, groups width]
  return means.reshape<tf.Tensor4D>([outer, 1, groups, width]).mean<tf.Tensor4D>(3, true);
}
