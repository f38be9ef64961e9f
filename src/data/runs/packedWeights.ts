/**
 * Weights as the bytes that are stored: float32 as they are, float16 rounded to the nearest, or as a difference from other
 * weights (`compactWeights.ts`); little-endian.
 */
import { UserError } from "@/shared/errors";
import type { ExpertState, WeightPrecision } from "@/shared/trajectories";
import { fromFloat16, toFloat16 } from "../codecs/float16";
import { packDifference, unpackDifference } from "./compactWeights";

export interface StoredWeights {
  precision: WeightPrecision;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The largest number of half precision. */
const MOST_FLOAT16 = 65504;

/**
 * @param base what compact weights are a difference from; without one they are stored whole
 * @throws UserError when half precision has no place for a weight
 */
export function packEpoch(
  weights: Float32Array,
  precision: WeightPrecision,
  whose: string,
  base?: Float32Array,
): StoredWeights {
  if (precision === "compact" && base) return { precision, bytes: packDifference(weights, base) };
  if (precision !== "float16") return { precision: "float32", bytes: new Uint8Array(weights.slice().buffer) };
  if (weights.some((weight) => Math.abs(weight) > MOST_FLOAT16))
    throw new UserError(
      `${whose} has weights beyond ${MOST_FLOAT16}, which half precision cannot hold.`,
      'Choose "Exact (float32)" for the stored weights.',
    );
  return { precision, bytes: new Uint8Array(toFloat16(weights).buffer) };
}

/** The weights [P] as float32. @param chain whole weights, then each difference from the one before */
export function unpackChain(chain: readonly StoredWeights[]): Float32Array<ArrayBuffer> {
  return chain.reduce((base, { precision, bytes }) => {
    switch (precision) {
      case "float32":
        return new Float32Array(bytes.buffer);
      case "float16":
        return fromFloat16(new Uint16Array(bytes.buffer));
      case "compact":
        return unpackDifference(bytes, base);
      default:
        throw new Error(`unpackChain(): unknown precision ${precision satisfies never as string}`);
    }
  }, new Float32Array(0));
}

/** The weights and, behind them, the velocity where there is one. */
export function packState({ weights, velocity }: ExpertState): Uint8Array<ArrayBuffer> {
  const numbers = new Float32Array(weights.length + (velocity?.length ?? 0));
  numbers.set(weights);
  if (velocity) numbers.set(velocity, weights.length);
  return new Uint8Array(numbers.buffer);
}

/** @param count numbers per vector */
export function unpackState(epoch: number, count: number, bytes: Uint8Array<ArrayBuffer>): ExpertState {
  const numbers = new Float32Array(bytes.buffer);
  return {
    epoch,
    weights: numbers.slice(0, count),
    velocity: numbers.length > count ? numbers.slice(count) : null,
  };
}
