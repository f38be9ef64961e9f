/**
 * Gives graphics memory back. tfjs keeps every buffer that was ever used, by its exact size, for the next tensor of that
 * size, and never frees one: with another network, batch or resolution all buffers of the old sizes would stay.
 *
 * Only buffers that no tensor has are destroyed. tfjs frees a buffer after the commands that use it were submitted, and
 * WebGPU lets submitted commands finish before the memory of a destroyed buffer goes, so nothing in flight is touched.
 */
import * as tf from "@tensorflow/tfjs";

/** tfjs's pool of buffers; private there, the same since tfjs 3.8. */
interface Pool {
  freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesAllocated: number;
  acquireBuffer(...request: [size: number, usage: number, ...rest: boolean[]]): GPUBuffer;
}

/** Of each size and usage, the fewest buffers that were free at once since the last `trimIdleBuffers`. */
const unused = new WeakMap<Pool, Map<string, number>>();

/** Begins to note what is needed of the pool of a backend; once for each. */
export function watchBuffers(backend: unknown): void {
  const pool = (backend as { bufferManager: Pool }).bufferManager;
  const least = new Map<string, number>();
  unused.set(pool, least);
  const acquire = pool.acquireBuffer.bind(pool);
  pool.acquireBuffer = (...request) => {
    const buffer = acquire(...request);
    const key = `${request[0]}_${request[1]}`;
    const free = pool.freeBuffers.get(key)?.length ?? 0;
    const before = least.get(key);
    if (before !== undefined && free < before) least.set(key, free);
    return buffer;
  };
}

/** Destroys every free buffer: to be called where shapes change, as between two runs. */
export function trimBuffers(): void {
  const pool = watched();
  if (!pool) return;
  for (const [key, buffers] of pool.freeBuffers) destroy(pool, key, buffers.length);
  unused.get(pool)!.clear();
}

/** Destroys the buffers that were free all the time since the last call: what an evaluation needed long ago. */
export function trimIdleBuffers(): void {
  const pool = watched();
  if (!pool) return;
  const least = unused.get(pool)!;
  for (const [key, buffers] of pool.freeBuffers) {
    destroy(pool, key, Math.min(least.get(key) ?? 0, buffers.length));
    least.set(key, buffers.length);
  }
}

function watched(): Pool | null {
  if (tf.getBackend() !== "webgpu") return null;
  const { bufferManager: pool } = tf.backend() as unknown as { bufferManager: Pool };
  return unused.has(pool) ? pool : null;
}

/** The list stays, as tfjs takes one for granted where a buffer was. */
function destroy(pool: Pool, key: string, count: number): void {
  const buffers = pool.freeBuffers.get(key)!;
  for (const buffer of buffers.splice(0, count)) {
    pool.numFreeBuffers--;
    pool.numBytesAllocated -= buffer.size;
    buffer.destroy();
  }
}
