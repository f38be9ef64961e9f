/**
 * Chooses and starts a backend: WebGPU on a real adapter, then WebAssembly, then plain JavaScript. tfjs would make its
 * own WebGPU device, without a handler for its loss or for shader errors, and would claim "webgpu" even when no
 * adapter exists; so the device is made here and handed in. Works on a page, in a worker and in Node.
 */
import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";
import type { BackendInfo } from "@/shared/run";
import { webgpuRemedy } from "./browserRemedy";
import { guardHeap, type WasmModule } from "./guardedHeap";
import { useSlicesInHeap } from "./kernels/wasm/slice";
import { memoryError } from "./memoryErrors";
import { backendIsRight } from "./selfTest";
import type { Tuning } from "./tuning";
import { openAdapter, startWebGPU } from "./webgpuDevice";

export interface BackendOptions {
  /** Take this one or fail, instead of the best. */
  only?: BackendInfo["id"];
  /** Where the page keeps the .wasm files, by file name; Node finds its own. */
  wasmUrls?: Record<string, string>;
  /** `navigator.userAgent`, for the remedy text. */
  userAgent?: string;
  /** How WebGPU kernels are measured on the device; left out, they take what their shapes alone say. */
  tuning?: Tuning;
}

/** Whether one start of a backend is still good. */
class Health {
  error: Error | null = null;
  private resolve: (error: Error) => void = () => undefined;
  readonly failure = new Promise<Error>((resolve) => (this.resolve = resolve));

  fail = (error: Error): void => {
    this.error ??= error;
    this.resolve(this.error);
  };
}

let health = new Health();

/**
 * Resolves with an error once the started backend has become useless: its device was lost, or a shader failed,
 * after which its numbers mean nothing. Never rejects; stays pending while all is well. A run races against it.
 */
export const backendFailure = (): Promise<Error> => health.failure;

/** Throws the error of `backendFailure`, if there is one: to be called before a result is believed. */
export function throwIfBackendFailed(): void {
  if (health.error) throw health.error;
}

/** How long the word that a device is lost may come after the reads that failed by it. */
const LATE_WORD_MS = 2000;

/**
 * What lies behind an error of a computation: a lost device shows first as an aborted read, a full memory as a trap.
 * A backend that trapped is never believed again.
 */
export async function backendCause(error: unknown): Promise<unknown> {
  const mayBeLost = error instanceof Error && !(error instanceof UserError) && tf.getBackend() === "webgpu";
  if (mayBeLost && !health.error)
    await Promise.race([health.failure, new Promise((resolve) => setTimeout(resolve, LATE_WORD_MS))]);
  if (health.error) return health.error;
  const full = memoryError(error);
  if (full) health.fail(full);
  return full ?? error;
}

/**
 * Starts the best backend that computes right numbers.
 * @throws UserError if none does, or not the one that `only` names
 */
export async function startBackend(options: BackendOptions = {}): Promise<BackendInfo> {
  const reasons: string[] = [];
  for (const id of options.only ? [options.only] : (["webgpu", "wasm", "cpu"] as const)) {
    const ownHealth = new Health(); // an earlier device that is lost later is no concern of this one
    const attempt = await start(id, options, ownHealth);
    if (typeof attempt === "string") {
      reasons.push(attempt);
      continue;
    }
    health = ownHealth;
    const remedy = id === "webgpu" || options.only ? "" : webgpuRemedy(options.userAgent ?? "");
    return { id, ...attempt, reason: reasons.join(" "), remedy };
  }
  throw new UserError(
    `No way to compute was found. ${reasons.join(" ")}`,
    webgpuRemedy(options.userAgent ?? ""),
  );
}

/** The adapter of a backend that now runs, or the reason why it does not. */
async function start(
  id: BackendInfo["id"],
  options: BackendOptions,
  { fail }: Health,
): Promise<{ adapter: string; software: boolean } | string> {
  const name = { webgpu: "WebGPU", wasm: "WebAssembly", cpu: "Plain JavaScript" }[id];
  try {
    let found = { adapter: "JavaScript", software: false };
    if (id === "webgpu") {
      const adapter = await openAdapter();
      if (typeof adapter === "string") return adapter;
      found = await startWebGPU(adapter, fail, options.tuning);
    } else if (id === "wasm") {
      found.adapter = await startWasm(options.wasmUrls);
    } else if (!(await tf.setBackend("cpu"))) {
      return "Plain JavaScript could not be started.";
    }
    if (await backendIsRight()) return found;
    return `${name} computes wrong numbers on this device (${found.adapter}).`;
  } catch (error) {
    return `${name} could not be started: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

async function startWasm(urls?: Record<string, string>): Promise<string> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  if (urls) setWasmPaths(urls);
  if (!(await tf.setBackend("wasm"))) throw new Error("the .wasm file was not found or not accepted");
  guardHeap((tf.backend() as unknown as { wasm: WasmModule }).wasm);
  useSlicesInHeap();
  return (await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT")) ? "SIMD" : "without SIMD";
}
