import * as tf from "@tensorflow/tfjs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { backendCause, backendFailure, startBackend, throwIfBackendFailed } from "./backend";

const device = (): GPUDevice => (tf.backend() as unknown as { device: GPUDevice }).device;

describe("a WebGPU device", () => {
  beforeEach(async () => {
    expect((await startBackend({ only: "webgpu" })).id).toBe("webgpu");
  });

  it("has the limits that tfjs forgets to ask for, and says that it is software", async () => {
    const adapter = await navigator.gpu.requestAdapter();
    const limit = "maxStorageBuffersPerShaderStage";
    expect(device().limits[limit]).toBe(adapter!.limits[limit]);
    expect((await startBackend()).software).toBe(true); // the tests' browser draws with SwiftShader
    const sum = tf.addN(Array.from({ length: 8 }, (_, i) => tf.fill([40, 40], i)));
    expect((await sum.data())[0]).toBe(28); // nine buffers: garbage under the default limit of eight
  });

  it("is handed short submits until it is known how long they last", async () => {
    const dispatches = () => tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE");
    const first = dispatches();
    expect([1, 2, 3]).toContain(first); // building the self-test's programs may count as slowness
    const submit = vi.spyOn(device().queue, "submit");
    const sum = tf.tidy(() => {
      let sum: tf.Tensor = tf.fill([40, 40], 1);
      for (let i = 0; i < 30; i++) sum = sum.add(1);
      return sum;
    });
    expect((await sum.data())[0]).toBe(31);
    expect(submit).toHaveBeenCalledTimes(Math.floor(31 / first) + 1); // 31 dispatches, and the read
  });

  it("fails the run when a shader is refused", async () => {
    expect(() => throwIfBackendFailed()).not.toThrow();
    device().createShaderModule({ code: "this is no shader" });
    await device().queue.onSubmittedWorkDone(); // the browser hands errors over with the next answer
    expect((await backendFailure()).message).toContain("WebGPU refused a command");
    expect(() => throwIfBackendFailed()).toThrow("WebGPU refused a command");
  });

  it("fails the run when it is lost, and another one may be started", async () => {
    const lost = device();
    lost.destroy();
    const read = tf.fill([40, 40], 2).square().data(); // smaller ones tfjs computes by itself
    expect(await read.catch(backendCause)).toMatchObject({ kind: "deviceLost" });
    expect((await backendFailure()).message).toContain("graphics device was lost");
    await startBackend({ only: "webgpu" });
    expect(device()).not.toBe(lost);
    expect(() => throwIfBackendFailed()).not.toThrow();
  });

  it("refuses a tensor beyond its limits before it is made", async () => {
    const tooMany = device().limits.maxStorageBufferBindingSize / 4 + 1;
    expect(() => tf.zeros([tooMany]).add(1)).toThrow(
      expect.objectContaining({
        kind: "outOfMemory",
        message: expect.stringMatching(/largest .* allows is 1.07 GB/),
      }),
    );
    expect((await tf.scalar(2).square().data())[0]).toBe(4);
    expect(() => throwIfBackendFailed()).not.toThrow();
  });

  it("believes nothing once a buffer could not be had", async () => {
    // SwiftShader refuses an allocation that its own limits allow
    const most = device().limits.maxBufferSize;
    const sum = tf.tidy(() => tf.fill([most / 4], 1).slice(0, 1));
    await sum.data().catch(() => undefined);
    expect(() => throwIfBackendFailed()).toThrow(
      expect.objectContaining({
        kind: "outOfMemory",
        hint: expect.stringContaining("fewer images per class"),
      }),
    );
  });
});
