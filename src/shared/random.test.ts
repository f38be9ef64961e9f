import { describe, expect, it } from "vitest";
import { Random } from "./random";

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.uniform());

describe("Random", () => {
  it("repeats for the same seed and differs for another", () => {
    expect(draw(new Random(7), 20)).toEqual(draw(new Random(7), 20));
    expect(draw(new Random(7), 20)).not.toEqual(draw(new Random(8), 20));
  });

  it("continues exactly from a stored state", () => {
    const random = new Random(3);
    draw(random, 11);
    const again = new Random(structuredClone(random.state));
    expect(draw(again, 20)).toEqual(draw(random, 20));
  });

  it("forks independent streams without advancing the parent", () => {
    const random = new Random(1);
    const before = random.state;
    const a = draw(random.fork("network"), 1000);
    const b = draw(random.fork("augment"), 1000);
    expect(random.state).toEqual(before);
    const correlation = a.reduce((sum, value, i) => sum + (value - 0.5) * (b[i]! - 0.5), 0) / 1000 / (1 / 12);
    expect(Math.abs(correlation)).toBeLessThan(0.12); // 4 standard deviations of the mean of 1,000
  });

  it("is uniform in mean, variance and buckets", () => {
    const values = draw(new Random(5), 100_000);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    const buckets = new Array<number>(64).fill(0);
    for (const value of values) buckets[Math.floor(value * 64)]!++;
    const expected = values.length / 64;
    const chiSquared = buckets.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(115); // 63 degrees of freedom: p < 1e-4 beyond
  });

  it("is normal in its first four moments", () => {
    const values = new Random(6).fillNormal(new Float32Array(100_000));
    const moment = (k: number) => values.reduce((sum, v) => sum + v ** k, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
  });

  it("permutes and chooses without repetition", () => {
    const random = new Random(9);
    expect([...random.permutation(100)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    for (const [n, count] of [
      [10, 10],
      [1000, 5],
      [1, 1],
      [5, 0],
    ] as const) {
      const chosen = random.choose(n, count);
      expect(new Set(chosen).size).toBe(count);
      expect(chosen.every((i) => i < n)).toBe(true);
    }
    expect(() => random.choose(3, 4)).toThrow("wanted 4 of 3");
  });
});
