import * as tf from "@tensorflow/tfjs";

/** Tensors alive and the bytes they take on the backend (in GPU memory where there is one). */
export function tensorMemory(): { tensors: number; bytes: number } {
  const memory = tf.memory() as tf.MemoryInfo & { numBytesInGPU?: number };
  return { tensors: memory.numTensors, bytes: memory.numBytesInGPU ?? memory.numBytes };
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
