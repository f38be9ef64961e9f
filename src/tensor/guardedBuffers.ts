/**
 * Watches what a WebGPU device is asked for. The browser does not throw when a buffer cannot be had: it hands out an
 * invalid one, with which everything computed later is nonsense.
 */
import type { UserError } from "@/shared/errors";
import { gigabytes, OutOfMemory } from "./memoryErrors";

/** Smaller buffers are not asked about one by one; the device's `uncapturederror` still tells of them. */
const LARGE_BYTES = 2 ** 20;
const STORAGE = 0x80; // GPUBufferUsage.STORAGE, which Node does not define

/** Adds the checks to the device's `createBuffer`. @param onFailure called when a buffer could not be had */
export function guardBuffers(device: GPUDevice, onFailure: (error: UserError) => void): void {
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    checkLimits(device.limits, descriptor);
    if (descriptor.size < LARGE_BYTES) return create(descriptor);
    device.pushErrorScope("out-of-memory");
    device.pushErrorScope("validation");
    try {
      return create(descriptor);
    } finally {
      const answers = [device.popErrorScope(), device.popErrorScope()];
      void Promise.allSettled(answers).then((settled) => {
        const refused = settled.some((answer) => answer.status === "fulfilled" && answer.value !== null);
        if (refused) onFailure(fullMemory(descriptor.size)); // rejected: the device is lost, which tells of itself
      });
    }
  };
}

/** @throws UserError for a buffer that the device can never have */
function checkLimits(limits: GPUSupportedLimits, { size, usage }: GPUBufferDescriptor): void {
  const most =
    (usage & STORAGE) === 0
      ? limits.maxBufferSize
      : Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  if (size > most)
    throw new OutOfMemory(
      `One tensor would take ${gigabytes(size)}; the largest this graphics device allows is ${gigabytes(most)}.`,
      size,
    );
}

const fullMemory = (size: number): UserError =>
  new OutOfMemory(`The graphics memory is full: there was no room for another ${gigabytes(size)}.`);
