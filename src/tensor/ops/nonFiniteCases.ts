/** Numbers for the tests of `nonFiniteCounts` on every backend. */

/** By their bits, because a compiler may fold a NaN that is written as such. */
const float = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

/** Finite numbers at the edges of float32. */
export const FINITE: readonly (readonly [name: string, value: number])[] = [
  ["zero", 0],
  ["minus zero", -0],
  ["the least denormal", float(0x00000001)],
  ["the largest denormal", float(0x007fffff)],
  ["a negative denormal", float(0x80000001)],
  ["the largest number", float(0x7f7fffff)],
  ["the least number", float(0xff7fffff)],
];

export const NON_FINITE: readonly (readonly [name: string, value: number])[] = [
  ["NaN", float(0x7fc00000)],
  ["a negative NaN", float(0xffc00000)],
  ["infinity", Infinity],
  ["minus infinity", -Infinity],
];

/** Sizes around the ones at which the work is split differently. */
export const SIZES = [1, 2, 15, 16, 17, 1000, 16_384, 16_385, 40_001];
