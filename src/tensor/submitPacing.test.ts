import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { nextDispatches, paceSubmits } from "./submitPacing";

it("makes submits shorter at once and longer step by step", () => {
  expect(nextDispatches(15, 4, 400)).toBe(1);
  expect(nextDispatches(15, 4, 80)).toBe(7);
  expect(nextDispatches(1, 4, 4000)).toBe(1);
  expect(nextDispatches(6, 20, 30)).toBe(6);
  expect(nextDispatches(6, 20, 2)).toBe(12);
  expect(nextDispatches(12, 20, 2)).toBe(15);
  expect(nextDispatches(3, 2, 0.1)).toBe(3); // two submits may be small ones by chance
});

it("measures from the first submit after a read to the next read", async () => {
  tf.env().registerFlag("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE", () => 15); // the backend, which is not loaded here, has it
  const dispatches = () => tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE");
  let time = 0;
  const device = {
    queue: { onSubmittedWorkDone: () => Promise.resolve(undefined) },
    ...{ commandEncoder: null, dispatchCountInPass: 0 },
    submitQueue: () => undefined,
    endComputePassEncoder: () => undefined,
    getBufferData: () => Promise.resolve(new ArrayBuffer(0)),
  };
  paceSubmits(device, () => time);
  const iteration = async (submits: number, ms: number) => {
    time += 10_000; // a pause of the run says nothing of the device
    for (let i = 0; i < submits; i++) device.submitQueue();
    time += ms;
    await device.getBufferData();
  };
  expect(dispatches()).toBe(3);
  await iteration(20, 200);
  expect(dispatches()).toBe(6);
  await iteration(10, 1000);
  expect(dispatches()).toBe(2);
});
