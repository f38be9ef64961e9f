/** Which weights a distance between networks compares, when it does not compare all (PAD, Li et al. 2024). */
import * as tf from "@tensorflow/tfjs";
import type { Network } from "../networks/network";
import { fromStateDict, type StateDict, type WeightEntry } from "../networks/weightTable";

/** From how far each weight is off [P], ones for those that are compared and zeros for the others [P]. */
export type KeptWeights = (off: tf.Tensor1D) => tf.Tensor1D;

/** All but the first `ratio` of the numbers, counted in the order of PyTorch's layout, in which inputs come first. */
export function withoutFirst(network: Network, ratio: number): KeptWeights {
  return fromPlace(network, Math.floor(ratio * network.weightCount));
}

/** All but the first `ratio` of the layers, rounded down; a layer's bias and the norm behind it belong to it. */
export function withoutFirstLayers(network: Network, ratio: number): KeptWeights {
  const begins = network.table.filter(({ shape }) => shape.length > 1).map(({ offset }) => offset);
  const dropped = Math.floor(ratio * begins.length);
  return fromPlace(network, dropped === 0 ? 0 : begins[dropped]!);
}

/** All but the `ratio` of the weights that are off the least; of several that are off equally none is left out alone. */
export function withoutNearest(_network: Network, ratio: number): KeptWeights {
  return (off) =>
    tf.tidy(() => {
      const distance = off.abs();
      const dropped = Math.floor(ratio * off.size);
      return distance.greater<tf.Tensor1D>(largestOfLeast(distance, dropped)).toFloat();
    });
}

/** The numbers from this place on, in PyTorch's layout. */
function fromPlace({ table }: Network, place: number): KeptWeights {
  const dict: StateDict = Object.fromEntries(
    table.map(({ name, torchShape, offset, size }: WeightEntry) => {
      const data = Float32Array.from({ length: size }, (_, i) => (offset + i >= place ? 1 : 0));
      return [name, { shape: torchShape, data }];
    }),
  );
  const mask = fromStateDict(table, dict);
  return () => tf.tensor1d(mask);
}

/**
 * A bound with `count` of the values at or below it and the others above, found by halving an interval: no backend
 * sorts as many values as a network has weights without a wait.
 * @param values [P], none of them negative
 */
function largestOfLeast(values: tf.Tensor1D, count: number): tf.Scalar {
  let high = values.max<tf.Scalar>();
  let low = high.neg<tf.Scalar>(); // below all of them
  for (let i = 0; i < HALVINGS; i++) {
    const [nextLow, nextHigh] = tf.tidy(() => {
      const middle = low.add(high).mul<tf.Scalar>(0.5);
      const below = values.lessEqual(middle).toFloat().sum();
      const isLow = below.lessEqual(count);
      return [tf.where(isLow, middle, low), tf.where(isLow, high, middle)];
    });
    [low, high] = [nextLow, nextHigh];
  }
  return low;
}

/** Enough for neighbouring float32 down to a 2^-20th of the largest value. */
const HALVINGS = 48;
