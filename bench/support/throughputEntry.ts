/** How near operators and iterations come to what the device can do; runs in Node and in a page. */
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "@/tensor/backend";
import { countProcessorTime } from "./clock";
import { gpuCounts, startCounting, type GpuCounts } from "./gpuCounter";

export { measureCeilings } from "./ceilings";
export { close, open as openIteration, turn as turnIteration } from "./iterationEntry";
export { open as openOperators, turn as turnOperator } from "./operatorEntry";

/** @returns what computes, and whether that is a graphics device in software */
export async function start(
  backend: "webgpu" | "wasm" | "cpu",
  processor: boolean,
): Promise<{ adapter: string; software: boolean }> {
  if (backend === "webgpu") startCounting();
  const { adapter, software } = await startBackend({ only: backend });
  countProcessorTime(processor);
  return { adapter: `${backend} (${adapter})`, software };
}

/** What was asked of WebGPU so far, and the bytes that tensors have taken at most. */
export function usage(): GpuCounts & { peak: number } {
  return { ...gpuCounts(), peak: peakBytes() };
}

/** What the backend has taken from the system: freed memory stays its own, so this is the most there was at once. */
function peakBytes(): number {
  const { numBytesAllocatedInGPU } = tf.memory() as { numBytesAllocatedInGPU?: number };
  if (numBytesAllocatedInGPU !== undefined) return numBytesAllocatedInGPU;
  const { wasm } = tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } };
  return wasm ? wasm.HEAPU8.length : tf.memory().numBytes;
}
