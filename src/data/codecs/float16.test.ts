import { describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { fromFloat16, toFloat16 } from "./float16";

const every = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
const values = fromFloat16(every);
const isNumber = (half: number) => (half & 0x7c00) !== 0x7c00 || (half & 0x3ff) === 0;

describe("float16", () => {
  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.996, 0x7bff], // just below the middle to 2^16
    [65520, 0x7c00], // the middle: the even one is infinity
    [1e9, 0x7c00],
    [-Infinity, 0xfc00],
    [2 ** -14, 0x0400], // the smallest normal
    [2 ** -24, 0x0001], // the smallest of all
    [2 ** -25, 0x0000], // the middle to zero: zero is even
    [2 ** -25 * 1.001, 0x0001],
    [3 * 2 ** -25, 0x0002], // between 1 and 2 times 2^-24: 2 is even
    [1 + 2 ** -11, 0x3c00], // between 1 and 1 + 2^-10: 1 is even
    [1 + 3 * 2 ** -11, 0x3c02],
    [2047.5 * 2 ** -25, 0x0400], // rounds up into the normals
    [0.1, 0x2e66],
    [1 / 3, 0x3555],
    [1e-40, 0],
    [-0, 0x8000],
  ])("%d is %i", (value, half) => {
    expect(toFloat16([value])[0]).toBe(half);
  });

  it("gives back every half", () => {
    const back = toFloat16(values);
    for (const half of every) if (isNumber(half)) expect(back[half]).toBe(half);
    expect(toFloat16([NaN])[0]! & 0x7e00).toBe(0x7e00);
    expect(values[0x7c01]).toBeNaN();
  });

  it("rounds ties to even between all neighbours", () => {
    for (let half = 0; half < 0x7bff; half++) {
      const middle = (values[half]! + values[half + 1]!) / 2; // exact in float32
      expect(toFloat16([middle])[0]).toBe(half % 2 === 0 ? half : half + 1);
    }
  });

  it("takes the nearest one", () => {
    const random = new Random(1);
    for (let i = 0; i < 20_000; i++) {
      const value = Math.fround(random.normal() * 2 ** (random.below(40) - 25));
      const half = toFloat16([value])[0]!;
      if ((half & 0x7fff) >= 0x7bff) continue;
      const distance = Math.abs(values[half]! - value);
      const magnitude = half & 0x7fff;
      for (const other of [magnitude - 1, magnitude + 1])
        if (other >= 0) expect(Math.abs(values[other]! - Math.abs(value))).toBeGreaterThanOrEqual(distance);
    }
  });
});
