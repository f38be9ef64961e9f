/** Weights as the bytes that are stored: float32 as they are, float16 rounded to the nearest; little-endian. */
import { UserError } from "@/shared/errors";
import type { ExpertState, WeightPrecision } from "@/shared/trajectories";
import { fromFloat16, toFloat16 } from "../codecs/float16";

export interface StoredWeights {
  precision: WeightPrecision;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The largest number of half precision. */
const MOST_FLOAT16 = 65504;

/** @throws UserError when half precision has no place for a weight */
export function packEpoch(weights: Float32Array, precision: WeightPrecision, whose: string): StoredWeights {
  if (precision === "float32") return { precision, bytes: new Uint8Array(weights.slice().buffer) };
  if (weights.some((weight) => Math.abs(weight) > MOST_FLOAT16))
    throw new UserError(
      `${whose} has weights beyond ${MOST_FLOAT16}, which half precision cannot hold.`,
      'Choose "Exact (float32)" for the stored weights.',
    );
  return { precision, bytes: new Uint8Array(toFloat16(weights).buffer) };
}

/** The weights [P] as float32. */
export function unpackEpoch({ precision, bytes }: StoredWeights): Float32Array<ArrayBuffer> {
  return precision === "float32"
    ? new Float32Array(bytes.buffer)
    : fromFloat16(new Uint16Array(bytes.buffer));
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
