/**
 * Batch norm's memory:  running ← 0.9 running + 0.1 batch, with the mean and the unbiased variance of the batch.
 * Gradient matching freezes batch norm with the statistics of one pass over real images.
 */
import * as tf from "@tensorflow/tfjs";
import { chainForward, dealValues } from "../layers/chain";
import type { Network } from "../networks/network";
import { checkInputs } from "./features";
import { sliceWeights } from "./sliceWeights";

const MOMENTUM = 0.1; // of the new batch, PyTorch's default

/** What an untrained network remembers: mean 0, variance 1. [statisticsCount] */
export function freshStatistics(network: Network): tf.Tensor1D {
  const values = network.batchNorms.flatMap(({ channels }) => [
    new Float32Array(channels),
    new Float32Array(channels).fill(1),
  ]);
  return tf.tensor1d(Float32Array.from(values.flatMap((part) => [...part])));
}

/**
 * The statistics after one training-form pass over a batch. Empty [0] for a network without batch norm.
 * @param previous [statisticsCount]; fresh ones when left out
 */
export function runningStatistics(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  previous?: tf.Tensor1D,
): tf.Tensor1D {
  checkInputs(network, weights, images);
  return tf.tidy(() => {
    const batch: tf.Tensor1D[] = [];
    const observe = (mean: tf.Tensor1D, variance: tf.Tensor1D) =>
      batch.push(tf.keep(mean), tf.keep(variance));
    const values = dealValues(network.layers, { weights: sliceWeights(network.layers, weights) });
    chainForward(network.layers, values, images, { keep: false, observe });
    const seen = batch.length > 0 ? tf.concat(batch) : tf.zeros<tf.Rank.R1>([0]);
    batch.forEach((tensor) => tensor.dispose());
    return (previous ?? freshStatistics(network)).mul(1 - MOMENTUM).add(seen.mul(MOMENTUM));
  });
}
