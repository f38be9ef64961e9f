/** A run whose tensor is larger than a graphics device allows says which settings make it fit. */
import { beforeAll, expect, it } from "vitest";
import { stripes } from "@/engine/testData";
import type { ExperimentConfig } from "@/shared/experiment";
import { openAdapter, startWebGPU } from "@/tensor/webgpuDevice";
import { adviceFor, runToEnd } from "./testHandlers";

const source = stripes({ height: 32, width: 32, channels: 1 }, 3, { train: 40, test: 4 });
/** Batch norm needs all images in one pass, so that one layer's output is one tensor: 120 x 32 x 32 x width. */
const config = (batchReal: number): ExperimentConfig => ({
  datasetId: source.info.id,
  run: { ipc: 1, iterations: 1 },
  method: { id: "dm", params: { batchReal } },
  network: { id: "convnet", params: { width: 300, depth: 1, norm: "batch" } },
  augmentation: { id: "none", params: {} },
  evaluation: { id: "standard", params: { interval: 0 } },
});

beforeAll(async () => {
  const adapter = await openAdapter();
  if (typeof adapter === "string") throw new Error(adapter);
  const small = new Proxy(adapter.limits, {
    // the least that any device allows
    get: (limits, name) =>
      name === "maxStorageBufferBindingSize" ? 2 ** 27 : Reflect.get(limits, name, limits),
  });
  const { features, info } = adapter;
  const requestDevice = adapter.requestDevice.bind(adapter);
  await startWebGPU({ features, info, limits: small, requestDevice } as GPUAdapter, () => undefined);
});

it("on WebGPU, beyond the largest buffer", async () => {
  const failed = await runToEnd(config(40), source);
  expect(failed).toMatchObject({
    phase: "failed",
    iteration: 0,
    error: { kind: "outOfMemory", message: expect.stringMatching(/One tensor .* allows is 0\.134 GB/) },
  });
  expect(adviceFor("Network width", failed)).toBeLessThan(300);
  expect(adviceFor("Real images per class", failed)).toBeLessThan(40);
});
