import { describe, expect, it } from "vitest";
import { float, int } from "@/shared/params";
import { entryText, fromPlace, hasSlider, nudged, parseEntry, sliderRange, toPlace } from "./numberScale";

const ipc = int("IPC", { default: 10, min: 1, max: 50 });
const iterations = int("Iterations", { default: 1000, min: 1, max: 100_000, log: true });
const rate = float("Rate", { default: 1, min: 0.0001, max: 100, log: true });
const share = float("Share", { default: 0.5, min: 0, max: 1 });
const decay = float("Decay", { default: 0, min: 0, max: 0.1, log: true });
const interval = int("Interval", { default: 500, min: 0, max: 100_000 });
const seed = int("Seed", { default: 0, min: 0, max: 2 ** 31 });

describe("slider places", () => {
  it("give whole numbers as they are", () => {
    expect(sliderRange(ipc)).toEqual({ min: 1, max: 50 });
    expect(toPlace(ipc, 10)).toBe(10);
    expect(fromPlace(ipc, 37)).toBe(37);
  });

  it.each([iterations, rate, share, decay, interval])("reach both ends of $label", (param) => {
    expect(fromPlace(param, 0)).toBe(param.min);
    expect(fromPlace(param, 1000)).toBe(param.max);
    expect(toPlace(param, param.max)).toBeCloseTo(1000);
    expect(toPlace(param, param.min)).toBe(0);
  });

  it("come back to nearly the same value, with two digits", () => {
    for (let place = 1; place < 1000; place += 7) {
      const value = fromPlace(rate, place);
      expect(Math.abs(toPlace(rate, value) - place)).toBeLessThan(5);
      expect(String(value).replace(/[.0]/g, "").length).toBeLessThanOrEqual(2);
    }
    expect(fromPlace(share, 333)).toBe(0.33);
    expect(Number.isInteger(fromPlace(iterations, 123))).toBe(true);
  });

  it("hold a wrong value at an end", () => {
    expect(toPlace(ipc, 900)).toBe(50);
    expect(toPlace(ipc, Number.NaN)).toBe(1);
    expect(toPlace(rate, -3)).toBe(0);
  });

  it("are not for seeds", () => {
    expect([ipc, iterations, rate, share, interval].every(hasSlider)).toBe(true);
    expect(hasSlider(seed)).toBe(false);
  });
});

describe("entries", () => {
  it("read numbers and nothing else", () => {
    expect(parseEntry(" 12.5 ")).toBe(12.5);
    expect(parseEntry("1e-3")).toBe(0.001);
    for (const text of ["", "  ", "ten", "1,5", "3px"]) expect(parseEntry(text)).toBeNaN();
  });

  it("write without rounding noise", () => {
    expect(entryText(0.1 + 0.2)).toBe("0.3");
    expect(entryText(2147483647)).toBe("2147483647");
    expect(entryText(Number.NaN)).toBe("");
  });

  it("step by 1 or in the second digit, inside the range", () => {
    expect(nudged(ipc, 10, 1)).toBe(11);
    expect(nudged(ipc, 50, 1)).toBe(50);
    expect(nudged(rate, 1, 1)).toBe(1.1);
    expect(nudged(rate, 0.01, -1)).toBe(0.009);
    expect(nudged(rate, Number.NaN, 1)).toBe(1.1);
  });
});
