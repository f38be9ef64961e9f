import { beforeEach, expect, it } from "vitest";
import { dispatchesFor, forgetTimes, learnBound, learnTime, msOf } from "./programTime";

const million = 1e6;
const conv = (operations: number) => ({ name: "conv", operations });

beforeEach(() => forgetTimes(million)); // operations per millisecond

it("cuts what would last too long into parts of 80 ms", () => {
  expect(dispatchesFor(conv(80 * million))).toBe(1);
  expect(dispatchesFor(conv(81 * million))).toBe(2);
  expect(dispatchesFor(conv(800 * million))).toBe(10);
});

it("never cuts small work, and into no small parts, however slow the device seems", () => {
  learnTime(conv(8 * million), 100_000);
  expect(dispatchesFor(conv(7.9 * million))).toBe(1);
  expect(dispatchesFor(conv(8 * million))).toBe(2);
  expect(dispatchesFor(conv(80 * million))).toBe(20);
});

it("takes a program to be slower at once and faster step by step, by the time that it takes alone", () => {
  learnTime(conv(20 * million), 80);
  expect(msOf(conv(million))).toBeCloseTo(4);
  learnTime(conv(20 * million), 10);
  expect(msOf(conv(million))).toBeCloseTo(2);
  learnTime(conv(20 * million), 10);
  learnTime(conv(20 * million), 10);
  expect(msOf(conv(million))).toBeCloseTo(0.5);
  learnTime(conv(20 * million), 3); // too short to tell
  learnTime(conv(1.9 * million), 500); // too little work
  expect(msOf(conv(million))).toBeCloseTo(0.5);
  expect(msOf({ name: "norm", operations: million })).toBe(1); // of its own speed
});

it("takes all programs of a burst to be no slower than the burst was, and none to be slower than before", () => {
  const norm = { name: "norm", operations: 2 * million };
  learnBound([conv(30 * million), norm, conv(10 * million)], 4);
  expect(msOf(conv(10 * million))).toBeCloseTo(1);
  expect(msOf(norm)).toBeCloseTo(2); // 4 ms would be no news
});
