/** An expert's epochs as they come back from being stored in about sixteen bits per weight. */
import { packDifference, unpackDifference } from "@/data/runs/compactWeights";
import { COMPACT_BLOCK } from "@/shared/epochBytes";
import { throughHalf } from "./halfActivations";

type Weights = Float32Array<ArrayBuffer>; // [P]

/** Epochs one after another, there and back. */
export type Storing = (epochs: readonly Weights[]) => Weights[];

/** The first epoch exactly, each other as its difference from what is stored of the one before: errors do not add up. */
const differences =
  (store: (difference: Float32Array) => Float32Array): Storing =>
  (epochs) =>
    chained(epochs, (weights, base) => {
      const difference = store(weights.map((value, i) => value - base[i]!));
      return difference.map((value, i) => value + base[i]!);
    });

function chained(epochs: readonly Weights[], store: (weights: Weights, base: Weights) => Weights): Weights[] {
  const stored: Weights[] = [];
  for (const weights of epochs) stored.push(stored.length === 0 ? weights : store(weights, stored.at(-1)!));
  return stored;
}

/** Whole multiples of a step, which is the 2^(bits - 1)-th part of the largest number of its block. */
const fixedPoint =
  (bits: number) =>
  (values: Float32Array): Float32Array => {
    const stored = new Float32Array(values.length);
    for (let at = 0; at < values.length; at += COMPACT_BLOCK) {
      const block = values.subarray(at, at + COMPACT_BLOCK);
      const largest = block.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const step = Math.fround(largest / (2 ** (bits - 1) - 1));
      block.forEach((value, i) => (stored[at + i] = step === 0 ? 0 : Math.round(value / step) * step));
    }
    return stored;
  };

export const STORINGS: Readonly<Record<string, Storing>> = {
  float32: (epochs) => [...epochs],
  "half, weight by weight": (epochs) => epochs.map((weights) => throughHalf(weights, false)),
  "half differences": differences((difference) => throughHalf(difference, false)),
  "half differences, scaled": differences((difference) => throughHalf(difference, true)),
  "16-bit differences, fixed point": differences(fixedPoint(16)),
  "17-bit differences, fixed point": differences(fixedPoint(17)),
  "compact (18 bits), as it is built": (epochs) =>
    chained(epochs, (weights, base) => unpackDifference(packDifference(weights, base), base)),
};
