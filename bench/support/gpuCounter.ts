/** Counts what a page asks of WebGPU, by wrapping the calls themselves. */

export interface GpuCounts {
  dispatches: number;
  submits: number;
  /** Bytes of all storage buffers that dispatches bound: each is read or written about once. */
  bytes: number;
  /** Read-backs. */
  reads: number;
}

const STORAGE = 0x80; // GPUBufferUsage.STORAGE
const READ = 1; // GPUMapMode.READ
const total: GpuCounts = { dispatches: 0, submits: 0, bytes: 0, reads: 0 };
const boundBytes = new WeakMap<object, number>();
let bound = 0;

/** Wraps the calls; once per page, before a device is made. */
export function startCounting(): void {
  watch(GPUDevice.prototype, "createBindGroup", ([descriptor], group) => {
    const sizes = Array.from((descriptor as GPUBindGroupDescriptor).entries, ({ resource }) =>
      sizeOf(resource),
    );
    boundBytes.set(
      group as GPUBindGroup,
      sizes.reduce((sum, size) => sum + size, 0),
    );
  });
  watch(GPUComputePassEncoder.prototype, "setBindGroup", ([, group]) => {
    bound = boundBytes.get(group as GPUBindGroup) ?? 0;
  });
  watch(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => {
    total.dispatches++;
    total.bytes += bound;
  });
  watch(GPUQueue.prototype, "submit", () => total.submits++);
  watch(GPUBuffer.prototype, "mapAsync", ([mode]) => {
    if (mode === READ) total.reads++;
  });
}

/** Has `seen` called after every call of a method. */
function watch(prototype: object, name: string, seen: (values: unknown[], result: unknown) => void): void {
  const original = Reflect.get(prototype, name) as (...values: unknown[]) => unknown;
  Reflect.set(prototype, name, function (this: unknown, ...values: unknown[]) {
    const result = original.apply(this, values);
    seen(values, result);
    return result;
  });
}

function sizeOf(resource: GPUBindingResource): number {
  const { buffer } = resource as Partial<GPUBufferBinding>;
  return buffer && (buffer.usage & STORAGE) !== 0 ? buffer.size : 0;
}

/** The counts so far. */
export const gpuCounts = (): GpuCounts => ({ ...total });

export const countsBetween = (before: GpuCounts, after: GpuCounts): GpuCounts => ({
  dispatches: after.dispatches - before.dispatches,
  submits: after.submits - before.submits,
  bytes: after.bytes - before.bytes,
  reads: after.reads - before.reads,
});
