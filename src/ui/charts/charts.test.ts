import { describe, expect, it } from "vitest";
import { linearTicks, logTicks } from "./axisTicks";
import { chartRows } from "./chartRows";
import { linePath } from "./linePath";
import { smoothed } from "./smoothed";

describe("smoothed", () => {
  it("keeps a constant and, without smoothing, everything", () => {
    for (const value of smoothed([3, 3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12);
    expect(smoothed([1, 5, 2], 0)).toEqual([1, 5, 2]);
  });

  it("is the weighted mean of all values so far", () => {
    const [, , third] = smoothed([1, 2, 4], 0.5);
    expect(third).toBeCloseTo((4 + 2 * 0.5 + 1 * 0.25) / 1.75);
  });
});

describe("chartRows", () => {
  const points = Array.from({ length: 4000 }, (_, i) => ({ iteration: i + 1, loss: i === 2345 ? 50 : 1 }));

  it("shows few rows and never loses a spike, the first or the last point", () => {
    const rows = chartRows(points, [], 0.9, false);
    expect(rows.length).toBeLessThan(400);
    expect(rows.find(({ iteration }) => iteration === 2346)?.loss).toBe(50);
    expect(rows[0]!.iteration).toBe(1);
    expect(rows.at(-1)!.iteration).toBe(4000);
  });

  it("puts accuracies in their places, as percent", () => {
    const score = { iteration: 2, accuracies: [0.4, 0.6], mean: 0.5, std: 0.1 };
    const rows = chartRows(points.slice(0, 3), [score], 0, false);
    expect(rows.map(({ iteration }) => iteration)).toEqual([1, 2, 2, 3]);
    expect(rows[2]).toEqual({ iteration: 2, accuracy: 50, deviation: 10 });
  });

  it("leaves out on a log scale what has no logarithm", () => {
    const rows = chartRows([{ iteration: 1, loss: 0 }], [], 0, true);
    expect(rows).toEqual([{ iteration: 1 }]);
  });
});

describe("linePath", () => {
  const x = ([x]: readonly [number, number?]) => x;
  const y = ([, y]: readonly [number, number?]) => y;

  it("goes through what has a place, to a tenth of a pixel, and passes over what has none", () => {
    expect(linePath([[0, 1.04], [2], [3, NaN], [4.26, 5]], x, y)).toBe("M0,1L4.3,5");
  });

  it("is a point where there is one place, and nothing where there is none", () => {
    expect(linePath([[1, 2]], x, y)).toBe("M1,2h0");
    expect(linePath([[1]], x, y)).toBe("");
  });
});

describe("ticks", () => {
  it.each([
    [0, 10],
    [0.13, 0.94],
    [-3, 250],
    [7, 7],
    [0, 0],
  ])("enclose %s … %s with round numbers", (min, max) => {
    const ticks = linearTicks(min, max);
    expect(ticks[0]).toBeLessThanOrEqual(min);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
    expect(ticks.length).toBeLessThanOrEqual(8);
  });

  it("are powers of ten on a log scale", () => {
    expect(logTicks(0.02, 30)).toEqual([0.01, 0.1, 1, 10, 100]);
    expect(logTicks(3, 12)).toEqual([2, 5, 10, 20]);
    expect(logTicks(5, 5).length).toBeGreaterThan(0);
  });
});
