import type * as tf from "@tensorflow/tfjs";
import { rowCosineDistance, type RowBlock } from "@/tensor/ops/rowCosine";
import type { Network } from "../networks/network";
import type { WeightEntry } from "../networks/weightTable";

/**
 * How far apart two gradients of a network are (Zhao, Mopuri & Bilen 2021, released code):
 *
 *   ours   Σ over the rows of every tensor of rank ≥ 2 of 1 − ⟨a, b⟩ / (|a| |b| + 1e-6)
 *   mse    Σ (a − b)² over all weights
 *   cos    1 − ⟨a, b⟩ / (|a| |b| + 1e-6) of all weights as one vector
 *
 * A row is what belongs to one index of PyTorch's first dimension: one filter, one output of a linear layer.
 */
export type GradientMetric = "ours" | "mse" | "cos";

/** A distance for one network: `syn` [k, P] is differentiable, `real` [k, P] a constant; the result is [k]. */
export type GradientDistance = (syn: tf.Tensor2D, real: tf.Tensor2D) => tf.Tensor1D;

export function gradientDistance(network: Network, metric: GradientMetric): GradientDistance {
  switch (metric) {
    case "ours": {
      const blocks = network.table.filter(({ torchShape }) => torchShape.length >= 2).map(rowsOf);
      return (syn, real) => rowCosineDistance(syn, real, blocks);
    }
    case "mse":
      return (syn, real) => syn.sub(real).square().sum(1);
    case "cos": {
      const whole = { offset: 0, rows: 1, length: network.weightCount, interleaved: false };
      return (syn, real) => rowCosineDistance(syn, real, [whole]);
    }
    default:
      throw new Error(`gradientDistance(): unknown metric ${String(metric satisfies never)}`);
  }
}

/** Where PyTorch's rows lie in the internal layout of a tensor. */
export function rowsOf({ name, offset, size, torchShape, torchAxes }: WeightEntry): RowBlock {
  const rows = torchShape[0]!;
  const axis = torchAxes.axes.indexOf(0);
  const last = torchAxes.axes.length - 1;
  if (axis !== 0 && axis !== last)
    throw new Error(`rowsOf(): expected the first dimension of ${name} first or last, got axis ${axis}`);
  return { offset, rows, length: size / rows, interleaved: axis === last };
}
