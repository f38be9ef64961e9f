/**
 * Which way kernels are written for the device at hand. "tiled" works through workgroup memory with barriers, right
 * for a GPU; a device in software runs those very slowly, so "direct" has one thread on its own for each result.
 */
export type KernelVariant = "tiled" | "direct";

let current: KernelVariant = "tiled";

export const kernelVariant = (): KernelVariant => current;

/** To be called when a device starts; tests and benches call it to see the other one. */
export function setKernelVariant(variant: KernelVariant): void {
  current = variant;
}
