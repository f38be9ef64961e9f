/** The words of a memory that is full, wherever it was noticed. */
import { UserError } from "@/shared/errors";

/** What makes a computation smaller, whatever it is; whoever knows its settings names the ones that matter. */
export const LESS_MEMORY =
  "Use fewer real images per class, fewer images per class (IPC), a narrower network or smaller images; " +
  "truncated trajectory matching (TESLA) needs less than the exact one (MTT).";

export class OutOfMemory extends UserError {
  /** @param tensorBytes of the one tensor that is larger than any may be; left out where all together were too much */
  constructor(
    message: string,
    readonly tensorBytes?: number,
  ) {
    super(message, LESS_MEMORY, "outOfMemory");
  }
}

/** "1.07 GB". */
export const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`;

/**
 * An error thrown by WebAssembly or by the browser because memory is full, as a `UserError`; null for any other.
 * WebAssembly traps with "memory access out of bounds" where its own allocations fail.
 */
export function memoryError(error: unknown): UserError | null {
  if (!(error instanceof Error)) return null;
  const isHost =
    error instanceof RangeError && /allocation|array length|out of memory|too large/i.test(error.message);
  const isWasm =
    /memory access out of bounds|aborted|unreachable|enlarge memory|oom/i.test(error.message) &&
    (error instanceof WebAssembly.RuntimeError || error.message.startsWith("Aborted"));
  if (isWasm) return new OutOfMemory("The memory of WebAssembly is full.");
  return isHost ? new OutOfMemory("The memory of this tab is full.") : null;
}
