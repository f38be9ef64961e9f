import * as tf from "@tensorflow/tfjs";
import { WASM_HEAP_BYTES } from "./guardedHeap";

/** Tensors alive and the bytes they take on the backend (in GPU memory where there is one). */
export function tensorMemory(): { tensors: number; bytes: number } {
  const memory = tf.memory() as tf.MemoryInfo & { numBytesInGPU?: number };
  return { tensors: memory.numTensors, bytes: memory.numBytesInGPU ?? memory.numBytes };
}

/** What the current backend allows, in bytes; Infinity where it does not say. */
export interface BackendLimits {
  /** Of one tensor. */
  tensorBytes: number;
  /** Of all together; browsers do not tell how large the graphics memory is. */
  totalBytes: number;
}

export function backendLimits(): BackendLimits {
  switch (tf.getBackend()) {
    case "webgpu": {
      const { limits } = (tf.backend() as unknown as { device: GPUDevice }).device;
      const tensorBytes = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
      return { tensorBytes, totalBytes: Infinity };
    }
    case "wasm":
      return { tensorBytes: WASM_HEAP_BYTES, totalBytes: WASM_HEAP_BYTES };
    default:
      return { tensorBytes: Infinity, totalBytes: Infinity };
  }
}

/**
 * Waits until the backend has computed `tensor`, by reading one number back: without such waits a queue of work
 * for the GPU grows without bound, and a pause would come only after all of it.
 */
export async function finish(tensor: tf.Tensor): Promise<void> {
  const one = tf.tidy(() => tensor.flatten().slice(0, 1));
  try {
    await one.data();
  } finally {
    one.dispose();
  }
}
