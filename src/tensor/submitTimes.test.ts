import { beforeEach, expect, it } from "vitest";
import { forgetTimes, msOf } from "./kernels/programTime";
import { recordWork, timeSubmits } from "./submitTimes";

const million = 1e6;
const conv = (operations: number) => ({ name: "conv", operations });

/** A device whose submits are done when it is told so, and what tfjs keeps of a submit. */
class Device {
  time = 0;
  submits: number[] = []; // dispatches of each
  dispatchCountInPass = 0;
  commandEncoder: unknown = null;
  private waiting: (() => void)[] = [];
  readonly queue = {
    onSubmittedWorkDone: () => new Promise<undefined>((done) => this.waiting.push(() => done(undefined))),
  };
  constructor() {
    timeSubmits(this, () => this.time);
  }
  endComputePassEncoder(): void {}
  submitQueue(): void {
    this.submits.push(this.dispatchCountInPass);
    this.dispatchCountInPass = 0;
    this.commandEncoder = null;
  }
  dispatch = (): void => {
    this.commandEncoder = {};
    this.dispatchCountInPass++;
  };
  record(operations: number): void {
    recordWork(this, conv(operations), this.dispatch);
  }
  async word(time: number): Promise<void> {
    this.time = time;
    this.waiting.shift()!();
    await Promise.resolve();
    await Promise.resolve();
  }
}

let device: Device;
beforeEach(() => {
  forgetTimes(million);
  device = new Device();
});

it("gives what takes long a submit of its own, and gathers what does not", () => {
  device.dispatch(); // tfjs's own
  device.record(5 * million);
  device.record(50 * million);
  device.record(50 * million);
  for (let i = 0; i < 9; i++) device.record(5 * million);
  expect(device.submits).toEqual([2, 1, 1, 9]);
});

it("learns from a submit of one program how long that takes", async () => {
  device.record(50 * million);
  device.record(50 * million);
  device.record(50 * million);
  await device.word(500);
  expect(msOf(conv(million))).toBe(10);
  await device.word(600);
  expect(msOf(conv(million))).toBe(5); // half of it at most: the word before may have come late
  await device.word(700);
  expect(msOf(conv(million))).toBeCloseTo(2.5); // 2 ms as it seems
});

it("learns nothing slow from a submit that holds other programs too", async () => {
  device.dispatch();
  device.record(5 * million);
  device.submitQueue();
  await device.word(5000);
  expect(msOf(conv(million))).toBe(1);
});

it("takes from a burst how long its programs took at most, from its first submit to its last word", async () => {
  device.time = 1000;
  for (let i = 0; i < 4; i++) device.record(50 * million);
  device.time = 1002;
  for (const time of [1003, 1003, 1003]) await device.word(time);
  expect(msOf(conv(million))).toBe(1); // the last one may still be the slow one
  await device.word(1020);
  expect(msOf(conv(million))).toBeCloseTo(0.1); // 20 ms for all 200 million

  device.record(50 * million); // those ahead of the next word are the next burst
  device.submitQueue();
  await device.word(1025);
  expect(msOf(conv(million))).toBeCloseTo(0.1);
});
