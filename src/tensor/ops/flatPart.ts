import type * as tf from "@tensorflow/tfjs";

/**
 * One tensor inside a flat vector of weights: our own kernels read it in place, other expressions cut it out.
 * With several vectors each belongs to an equal share of a batch, one after another.
 */
export interface FlatPart {
  flat: tf.Tensor; // [P], or [groups, P]
  groups: number;
  offset: number;
  shape: readonly number[];
}

/** The part as a tensor of its own; of one group only. */
export function partTensor<T extends tf.Tensor>({ flat, groups, offset, shape }: FlatPart): T {
  if (groups !== 1) throw new Error(`partTensor(): expected one group, got ${groups}`);
  const size = shape.reduce((product, side) => product * side, 1);
  const vector = flat.reshape<tf.Tensor1D>([flat.size]);
  return (size === flat.size ? vector : vector.slice(offset, size)).reshape<T>([...shape]);
}

/** A whole tensor as a part. */
export const wholePart = (tensor: tf.Tensor): FlatPart => ({
  flat: tensor,
  groups: 1,
  offset: 0,
  shape: tensor.shape,
});
