import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { startBackend, throwIfBackendFailed } from "./backend";
import { webgpuRemedy } from "./browserRemedy";
import { backendError } from "./selfTest";
import { adapterName, isSoftware } from "./webgpuDevice";

afterAll(() => tf.setBackend("cpu"));

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
