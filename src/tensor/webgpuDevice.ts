import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";
import { watchBuffers } from "./bufferPool";
import { guardBuffers } from "./guardedBuffers";
import { forgetTimes } from "./kernels/programTime";
import { setKernelVariant } from "./kernels/variant";
import { OutOfMemory } from "./memoryErrors";
import { paceSubmits, type SubmittingBackend } from "./submitPacing";
import { startTuning, type Tuning } from "./tuning";

/** What tfjs asks for, and the number of buffers per shader, which it forgets (a sum of 8 tensors needs 9). */
const LIMITS = [
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
  "maxStorageBuffersPerShaderStage",
] as const;
const FEATURES = ["timestamp-query", "shader-f16", "subgroups"] as const;

/** Operations per millisecond before anything was measured: a slow device of its kind. */
const FIRST_SPEED = { gpu: 5e6, software: 1e5 };

/** The adapter, or why there is none: `navigator.gpu` alone promises nothing. */
export async function openAdapter(): Promise<GPUAdapter | string> {
  // Node has no navigator.gpu, some browsers no navigator in workers
  const gpu = (globalThis.navigator as Partial<Navigator> | undefined)?.gpu;
  if (!gpu) return "This browser has no WebGPU.";
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  return adapter ?? "WebGPU found no graphics adapter.";
}

/**
 * Makes a device of the adapter and the current tfjs backend of the device.
 * @param onFailure called once when the device is lost or a shader or buffer is refused
 * @param tuning how kernels are measured on it; never on a device in software
 */
export async function startWebGPU(
  adapter: GPUAdapter,
  onFailure: (error: Error) => void,
  tuning: Tuning | null = null,
): Promise<{ adapter: string; software: boolean }> {
  const device = await adapter.requestDevice({
    // tfjs brings its own, older list of feature names
    requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[],
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
  });
  guardBuffers(device, onFailure);
  allowSubgroups(device);
  void device.lost.then(({ reason, message }) =>
    onFailure(
      new UserError(
        `The graphics device was lost (${reason || "unknown"}): ${message}`,
        "Start again; if it happens again, use fewer images per class or a narrower network.",
        "deviceLost",
      ),
    ),
  );
  device.addEventListener("uncapturederror", ({ error }) => {
    const isMemory = error.constructor.name === "GPUOutOfMemoryError";
    onFailure(
      isMemory
        ? new OutOfMemory("The graphics memory is full.")
        : new UserError(
            `WebGPU refused a command: ${error.message}`,
            "Nothing computed since is believed. Begin again; if it comes back, try another network or report it.",
          ),
    );
  });
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  tf.removeBackend("webgpu"); // the one that the package registered by itself, or an earlier device
  tf.registerBackend("webgpu", () => new WebGPUBackend(device, infoOf(adapter)), 3);
  if (!(await tf.setBackend("webgpu"))) throw new Error("tfjs did not accept the device");
  const software = isSoftware(adapter);
  forgetTimes(software ? FIRST_SPEED.software : FIRST_SPEED.gpu);
  paceSubmits(tf.backend() as unknown as SubmittingBackend, () => performance.now());
  watchBuffers(tf.backend());
  setKernelVariant(software ? "direct" : "tiled");
  const name = adapterName(infoOf(adapter));
  await startTuning(name, software ? null : tuning);
  return { adapter: name, software };
}

/** tfjs writes the head of every shader; a language feature has to be switched on in front of it. */
function allowSubgroups(device: GPUDevice): void {
  if (!device.features.has("subgroups")) return;
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) =>
    create(
      /\bsubgroup(Add|ExclusiveAdd)\(/.test(descriptor.code)
        ? { ...descriptor, code: `enable subgroups;\n${descriptor.code}` }
        : descriptor,
    );
}

/** "NVIDIA GeForce RTX 4070", or as much of it as the browser tells. */
export function adapterName({ description, device, vendor, architecture }: GPUAdapterInfo): string {
  return description || device || [vendor, architecture].filter(Boolean).join(" ") || "unknown adapter";
}

/** True for an adapter that runs shaders on the CPU: correct, but hundreds of times slower than a GPU. */
export function isSoftware(adapter: Pick<GPUAdapter, "info">): boolean {
  const info = infoOf(adapter);
  if (info.isFallbackAdapter) return true;
  return /swiftshader|llvmpipe|lavapipe|basic render|software/i.test(
    `${info.vendor} ${info.architecture} ${info.device} ${info.description}`,
  );
}

/** Browsers before 2024 have no `adapter.info`. */
const infoOf = (adapter: { info?: GPUAdapterInfo }): GPUAdapterInfo =>
  adapter.info ?? ({ vendor: "", architecture: "", device: "", description: "" } as GPUAdapterInfo);
