/**
 * Weights as their difference from others, in 18 bits each. Every 64 share a step, the 131,071st part of their largest
 * difference; a difference is a whole number of steps:
 *
 *   w ≈ base + q step,   |q| < 2^17,   off by half a step at most
 *
 * As the base is what is stored of the epoch before, errors do not add up along a trajectory. Half precision has 11 bits
 * for the numbers themselves, which is too few for matching (docs/decisions/0006-half-precision.md).
 *
 * Bytes, little-endian: the step of each block, float32; the low 16 bits of each q + 2^17; their 2 high bits, four to a byte.
 */
import { COMPACT_BLOCK, compactBytes } from "@/shared/epochBytes";

const MOST = 2 ** 17 - 1;
const OFFSET = 2 ** 17;

/** @param base the weights to count from, as many; both finite */
export function packDifference(weights: Float32Array, base: Float32Array): Uint8Array<ArrayBuffer> {
  const count = weights.length;
  if (base.length !== count)
    throw new Error(`packDifference(): expected ${count} weights to count from, got ${base.length}`);
  const bytes = new Uint8Array(compactBytes(count));
  const { steps, low, high } = partsOf(bytes, count);
  for (let block = 0; block < steps.length; block++) {
    const [start, end] = [block * COMPACT_BLOCK, Math.min(count, (block + 1) * COMPACT_BLOCK)];
    let largest = 0;
    for (let i = start; i < end; i++) largest = Math.max(largest, Math.abs(weights[i]! - base[i]!));
    if (!Number.isFinite(largest)) throw new Error("packDifference(): expected finite weights");
    steps[block] = largest / MOST;
    const step = steps[block]!; // rounded; 0 for differences below 1e-40
    for (let i = start; i < end; i++) {
      const q = step === 0 ? 0 : Math.round((weights[i]! - base[i]!) / step);
      const code = Math.max(-MOST, Math.min(MOST, q)) + OFFSET;
      low[i] = code & 0xffff;
      high[i >> 2]! |= (code >> 16) << (2 * (i & 3));
    }
  }
  return bytes;
}

/** The weights that `packDifference` has stored, to half a step. */
export function unpackDifference(
  bytes: Uint8Array<ArrayBuffer>,
  base: Float32Array,
): Float32Array<ArrayBuffer> {
  const count = base.length;
  if (bytes.length !== compactBytes(count))
    throw new Error(`unpackDifference(): expected ${compactBytes(count)} bytes, got ${bytes.length}`);
  const { steps, low, high } = partsOf(bytes, count);
  const weights = new Float32Array(count);
  for (let block = 0; block < steps.length; block++) {
    const step = steps[block]!;
    const end = Math.min(count, (block + 1) * COMPACT_BLOCK);
    for (let i = block * COMPACT_BLOCK; i < end; i++) {
      const code = low[i]! | (((high[i >> 2]! >> (2 * (i & 3))) & 3) << 16);
      weights[i] = base[i]! + (code - OFFSET) * step;
    }
  }
  return weights;
}

function partsOf({ buffer, byteOffset }: Uint8Array<ArrayBuffer>, count: number) {
  const blocks = Math.ceil(count / COMPACT_BLOCK);
  return {
    steps: new Float32Array(buffer, byteOffset, blocks),
    low: new Uint16Array(buffer, byteOffset + 4 * blocks, count),
    high: new Uint8Array(buffer, byteOffset + 4 * blocks + 2 * count, Math.ceil(count / 4)),
  };
}
