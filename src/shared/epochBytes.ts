/** How many bytes the epochs of an expert take; the compact form is that of `data/runs/compactWeights.ts`. */
import type { WeightPrecision } from "./trajectories";

/** Weights that share a step of the compact form. */
export const COMPACT_BLOCK = 64;
/** Of the epochs of a compact expert, the first and then each so many are stored whole, so that none is far from one. */
export const WHOLE_EVERY = 8;

/** Of `count` weights as a difference: a float32 per block, 18 bits per weight. */
export const compactBytes = (count: number): number =>
  4 * Math.ceil(count / COMPACT_BLOCK) + 2 * count + Math.ceil(count / 4);

/** Of so many epochs that were stored one after another. @param count weights of one */
export function epochsBytes(precision: WeightPrecision, epochs: number, count: number): number {
  if (precision !== "compact") return epochs * count * (precision === "float16" ? 2 : 4);
  const whole = Math.ceil(epochs / WHOLE_EVERY);
  return whole * 4 * count + (epochs - whole) * compactBytes(count);
}
