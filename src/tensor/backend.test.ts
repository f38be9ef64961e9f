import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { backendCause, startBackend, throwIfBackendFailed } from "./backend";
import { webgpuRemedy } from "./browserRemedy";
import type { WasmModule } from "./guardedHeap";
import { backendError } from "./selfTest";
import { adapterName, isSoftware } from "./webgpuDevice";

afterAll(() => tf.setBackend("cpu"));

/** A start function that reads an i32 beyond a memory of 0 pages: (module (memory 0) (start f) (func f (drop (i32.load (i32.const 0))))). */
const module = new WebAssembly.Module(
  Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // "\0asm", version 1
    ...[1, 4, 1, 0x60, 0, 0], // one type: () -> ()
    ...[3, 2, 1, 0], // one function of it
    ...[5, 3, 1, 0, 0], // one memory of 0 pages
    ...[8, 1, 0], // start: function 0
    ...[10, 10, 1, 8, 0, 0x41, 0, 0x28, 2, 0, 0x1a, 0x0b], // i32.const 0, i32.load, drop, end
  ]),
);

const adapterInfo = { vendor: "", architecture: "", device: "", description: "" } as GPUAdapterInfo;

describe("startBackend", () => {
  it("falls back to WebAssembly where there is no WebGPU, and says why", async () => {
    const info = await startBackend({ userAgent: "Mozilla/5.0 Firefox/130.0" });
    expect(info.id).toBe("wasm");
    expect(tf.getBackend()).toBe("wasm");
    expect(info.reason).toBe("This browser has no WebGPU.");
    expect(info.remedy).toContain("Firefox");
    expect(() => throwIfBackendFailed()).not.toThrow();
  });

  it("takes the one that is asked for, or refuses", async () => {
    expect(await startBackend({ only: "cpu" })).toMatchObject({ id: "cpu", software: false, remedy: "" });
    await expect(startBackend({ only: "webgpu" })).rejects.toThrow("This browser has no WebGPU.");
  });
});

describe("a full memory", () => {
  it("of WebAssembly refuses the tensor and harms no other", async () => {
    await startBackend({ only: "wasm" });
    const { wasm } = tf.backend() as unknown as { wasm: WasmModule };
    const kept = tf.tensor1d([1, 2, 3]);
    const taken: number[] = [];
    const fill = (bytes: number) => {
      for (;;) taken.push(wasm._malloc(bytes));
    };
    for (const bytes of [2 ** 29, 2 ** 24, 2 ** 20]) expect(() => fill(bytes)).toThrow(/is full/);
    expect(() => tf.zeros([2 ** 20])).toThrow(
      expect.objectContaining({ kind: "outOfMemory", hint: expect.stringMatching(/IPC.*narrower.*TESLA/s) }),
    );
    for (const at of taken) wasm._free(at);
    expect(Array.from(await kept.data())).toEqual([1, 2, 3]);
    expect(
      (
        await tf
          .zeros([2 ** 20])
          .sum()
          .data()
      )[0],
    ).toBe(0);
    expect(() => throwIfBackendFailed()).not.toThrow();
  });

  it("is known by its traps and refusals, after which the backend is not believed", async () => {
    await startBackend({ only: "wasm" });
    const trap = () => new WebAssembly.Instance(module);
    const trapped = await Promise.resolve().then(trap).catch(backendCause);
    expect(trapped).toMatchObject({ kind: "outOfMemory", message: "The memory of WebAssembly is full." });
    expect(() => throwIfBackendFailed()).toThrow("WebAssembly is full");
    await startBackend({ only: "cpu" });
    const refused = await Promise.resolve()
      .then(() => new Float64Array(2 ** 52))
      .catch(backendCause);
    expect(refused).toMatchObject({ kind: "outOfMemory", message: "The memory of this tab is full." });
    await startBackend({ only: "cpu" });
    const other = new Error("a mistake");
    expect(await backendCause(other)).toBe(other);
  });
});

it("notices a backend that computes wrong numbers", async () => {
  await tf.setBackend("cpu");
  expect(await backendError()).toBeLessThan(1e-5);
  const right = tf.getKernel("Conv2D", "cpu");
  tf.unregisterKernel("Conv2D", "cpu");
  tf.registerKernel({
    ...right,
    kernelFunc: (args) => {
      const info = right.kernelFunc(args) as tf.TensorInfo;
      const backend = args.backend as { data: { get(id: object): { values: Float32Array } } };
      backend.data.get(info.dataId).values[7]! += 0.01;
      return info;
    },
  });
  try {
    expect(await backendError()).toBeGreaterThan(5e-3);
  } finally {
    tf.unregisterKernel("Conv2D", "cpu");
    tf.registerKernel(right);
  }
});

describe("what is told about the adapter", () => {
  it("names it as far as the browser does", () => {
    expect(adapterName({ ...adapterInfo, description: "NVIDIA RTX 4070" })).toBe("NVIDIA RTX 4070");
    expect(adapterName({ ...adapterInfo, vendor: "apple", architecture: "metal-3" })).toBe("apple metal-3");
    expect(adapterName(adapterInfo)).toBe("unknown adapter");
  });
  it("knows software adapters", () => {
    expect(isSoftware({ info: { ...adapterInfo, architecture: "swiftshader" } })).toBe(true);
    expect(isSoftware({ info: { ...adapterInfo, description: "llvmpipe (LLVM 17)" } })).toBe(true);
    expect(isSoftware({ info: { ...adapterInfo, vendor: "nvidia", architecture: "ada" } })).toBe(false);
  });
});

it("has a remedy for every browser", () => {
  const agents = {
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36": "enable-vulkan",
    "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge",
    "Mozilla/5.0 (Macintosh) Version/18.0 Safari/605.1": "Feature Flags",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "dom.webgpu.enabled",
    "something else": "current",
  };
  for (const [agent, words] of Object.entries(agents)) expect(webgpuRemedy(agent)).toContain(words);
});
