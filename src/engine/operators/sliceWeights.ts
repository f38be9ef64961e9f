import type * as tf from "@tensorflow/tfjs";
import type { FlatPart } from "@/tensor/ops/flatPart";
import { chainWeights, type NamedLayer } from "../layers/chain";
import type { Network } from "../networks/network";
import { weightTable } from "../networks/weightTable";

/**
 * Where the tensors of a chain's weights lie in a flat vector, in their internal shapes.
 * @param flat [P], or [groups, P]
 * @param start of the chain's first weight
 */
export function sliceWeights(chain: readonly NamedLayer[], flat: tf.Tensor, start = 0): FlatPart[] {
  const groups = flat.rank === 2 ? flat.shape[0] : 1;
  const table = weightTable(chainWeights(chain));
  return table.map(({ offset, shape }) => ({ flat, groups, offset: start + offset, shape }));
}

/** Cuts a statistics vector into mean and variance of each batch norm. */
export function sliceStatistics(network: Network, flat: tf.Tensor1D): tf.Tensor1D[] {
  if (flat.size !== network.statisticsCount) {
    throw new Error(`sliceStatistics(): expected [${network.statisticsCount}], got [${flat.size}]`);
  }
  let at = 0;
  return network.batchNorms.flatMap(({ channels }) => {
    const mean = flat.slice(at, channels);
    const variance = flat.slice(at + channels, channels);
    at += 2 * channels;
    return [mean, variance];
  });
}
