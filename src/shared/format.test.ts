import { expect, it } from "vitest";
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatMeanStd,
  formatNumber,
  formatPercent,
  formatSpan,
  formatRate,
  formatSteady,
  plural,
} from "./format";

it.each([
  [0, "0"],
  [12.3456, "12.35"],
  [1234.5678, "1,235"],
  [60000, "60,000"],
  [0.00123456, "0.001235"],
  [0.00000012, "1.2e-7"],
  [-3.14159, "-3.142"],
  [Number.NaN, "–"],
  [null, "–"],
])("formatNumber(%s) is %s", (value, text) => expect(formatNumber(value)).toBe(text));

it.each([
  [12.3, "12.30"],
  [0.5, "0.500"],
  [123.4, "123.4"],
  [123456, "123456"],
  [0.00012, "1.200e-4"],
  [undefined, "–"],
])("formatSteady(%s) is %s", (value, text) => expect(formatSteady(value)).toBe(text));

it.each([
  [0, "0:00"],
  [56, "0:56"],
  [59.7, "1:00"],
  [725, "12:05"],
  [3599.9, "1 h 0 min"],
  [7800, "2 h 10 min"],
  [86_400 * 2 + 3600 * 5, "2 d 5 h"],
  [null, "–"],
  [-1, "–"],
  [Infinity, "–"],
])("formatDuration(%s) is %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [18_432_000, "18.4 MB"],
  [999_999, "1 MB"],
  [2_500_000_000, "2.5 GB"],
])("formatBytes(%s) is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

it.each([
  [12.34, "12.3 it/s"],
  [1, "1.00 it/s"],
  [0.06, "16.7 s/it"],
  [0, "–"],
  [null, "–"],
])("formatRate(%s) is %s", (rate, text) => expect(formatRate(rate)).toBe(text));

it("writes counts, shares and plurals", () => {
  expect(formatCount(60000)).toBe("60,000");
  expect(formatPercent(0.8481)).toBe("84.8 %");
  expect(formatMeanStd(0.848, 0.0021)).toBe("84.8 ± 0.2 %");
  expect(plural(1, "class", "classes")).toBe("1 class");
  expect(plural(2000, "image")).toBe("2,000 images");
});

it("says roughly how long something takes", () => {
  const spans = [0.2, 3.4, 34.6, 89, 95, 3000, 7500, 40_000, 200_000].map(formatSpan);
  expect(spans).toEqual(["1 s", "3 s", "35 s", "89 s", "2 min", "50 min", "2 h 0 min", "11 h", "2 days"]);
});

it.each([
  [-5, "just now"],
  [59_999, "just now"],
  [60_000, "1 minute ago"],
  [59.9 * 60_000, "59 minutes ago"],
  [60 * 60_000, "1 hour ago"],
  [47.9 * 3_600_000, "47 hours ago"],
  [48 * 3_600_000, "2 days ago"],
])("%d ms have passed: %s", (ms, text) => expect(formatAgo(ms)).toBe(text));
