import { describe, expect, it } from "vitest";
import { rankCorrelation } from "./rankCorrelation";

const paired = (x: number[], y: number[]) => x.map((value, i) => [value, y[i]!] as const);

describe("rankCorrelation", () => {
  it("is 1 for the same order and -1 for the opposite one, whatever the distances", () => {
    expect(rankCorrelation(paired([1, 2, 30], [0.1, 0.2, 0.21]))).toBeCloseTo(1, 12);
    expect(rankCorrelation(paired([1, 2, 30], [3, 2, 1]))).toBeCloseTo(-1, 12);
  });

  it("equals 1 - 6 Σd² / (n (n² - 1)) without ties", () => {
    // the IQ and hours of television of ten people, a textbook example: Σd² = 194, rho = -29/165
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(rankCorrelation(paired(iq, hours))).toBeCloseTo(-29 / 165, 12);
  });

  it("shares ranks among equal values", () => {
    // ranks 1 2.5 2.5 4 and 1 2 3 4: Σ of products of the centred ranks 4.5, squares 4.5 and 5
    expect(rankCorrelation(paired([1, 2, 2, 3], [1, 2, 3, 4]))).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
    expect(rankCorrelation(paired([1, 1, 2, 2], [5, 5, 7, 7]))).toBeCloseTo(1, 12);
  });

  it("is unknown for fewer than three pairs or a constant side", () => {
    expect(rankCorrelation(paired([1, 2], [1, 2]))).toBeNull();
    expect(rankCorrelation(paired([1, 1, 1], [1, 2, 3]))).toBeNull();
  });
});
