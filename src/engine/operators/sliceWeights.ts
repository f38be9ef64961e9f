import type * as tf from "@tensorflow/tfjs";
import { chainWeights, type NamedLayer } from "../layers/chain";
import type { Network } from "../networks/network";
import { weightTable } from "../networks/weightTable";

/** Cuts a flat vector into the tensors of a chain's weights, in their internal shapes. */
export function sliceWeights(chain: readonly NamedLayer[], flat: tf.Tensor1D): tf.Tensor[] {
  const table = weightTable(chainWeights(chain));
  return table.map(({ offset, size, shape }) => flat.slice(offset, size).reshape([...shape]));
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
