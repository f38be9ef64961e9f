/**
 * Kernels of our own in WebAssembly, on the heap of tfjs's backend: a program is one function that gets the addresses of
 * tensors and computes in place. Its code is made here, as WGSL is on a graphics device, and compiled at its first call.
 */
import * as tf from "@tensorflow/tfjs";
import { FunctionCode } from "../../assembler/functionCode";
import { ENTRY, MEMORY, moduleBytes } from "../../assembler/moduleBytes";

export interface WasmProgram {
  /** Names everything that `write` depends on: programs of the same key are compiled once. */
  key: string;
  /** Arguments under their names: the addresses of tensors, and integers. */
  tensors: Readonly<Record<string, tf.TensorInfo>>;
  integers: Readonly<Record<string, number>>;
  write: (code: FunctionCode) => void;
}

/** The part of tfjs's WebAssembly backend that is used here. */
interface Backend {
  wasm: { asm?: { memory?: WebAssembly.Memory } };
  dataIdMap: { get(dataId: tf.DataId): { memoryOffset: number } };
  makeOutput: (shape: number[], dtype: "float32") => tf.TensorInfo;
  disposeData: (dataId: tf.DataId) => boolean;
}

type Entry = (...args: number[]) => void;

/** The compiled programs of each heap. */
const compiled = new WeakMap<WebAssembly.Memory, Map<string, Entry>>();

/** What `kernel` gets of one call. */
export interface WasmCall<A> {
  inputs: Readonly<Record<string, tf.TensorInfo>>;
  attributes: A;
  /** A tensor whose numbers nobody has written yet. @throws OutOfMemory */
  make: (shape: readonly number[]) => tf.TensorInfo;
  run: (program: WasmProgram) => void;
  /** Frees a tensor that does not leave the kernel. */
  free: (info: tf.TensorInfo) => void;
}

/** Registers a kernel that exists on WebAssembly where `hasWasmKernels` says so. */
export function registerWasmKernel<A>(
  kernelName: string,
  kernel: (call: WasmCall<A>) => tf.TensorInfo,
): void {
  if (tf.getKernel(kernelName, "wasm")) return;
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const own = backend as Backend;
      const made: tf.TensorInfo[] = [];
      const make = (shape: readonly number[]) => {
        made.push(own.makeOutput([...shape], "float32"));
        return made.at(-1)!;
      };
      const free = ({ dataId }: tf.TensorInfo) => void own.disposeData(dataId);
      try {
        return kernel({
          inputs: inputs as Record<string, tf.TensorInfo>,
          attributes: attrs as unknown as A,
          make,
          run: (program) => runProgram(own, program),
          free,
        });
      } catch (error) {
        made.forEach(free); // there was no room for the next one
        throw error;
      }
    },
  });
}

/**
 * Whether the backend that runs is WebAssembly and takes kernels of ours: they need SIMD, and a heap that is not shared
 * with threads, which tfjs takes where a page is isolated from other origins.
 */
export const hasWasmKernels = (): boolean =>
  tf.getBackend() === "wasm" &&
  tf.env().getBool("WASM_HAS_SIMD_SUPPORT") &&
  heapOf(tf.backend() as unknown as Backend) !== undefined;

const heapOf = ({ wasm }: Backend): WebAssembly.Memory | undefined => wasm.asm?.memory;

function runProgram(backend: Backend, { key, tensors, integers, write }: WasmProgram): void {
  const heap = heapOf(backend)!;
  const programs = compiled.get(heap) ?? new Map<string, Entry>();
  compiled.set(heap, programs);
  let entry = programs.get(key);
  if (!entry) {
    const code = new FunctionCode([...Object.keys(tensors), ...Object.keys(integers)]);
    write(code);
    const module = new WebAssembly.Module(moduleBytes(code));
    const imports = { [MEMORY.module]: { [MEMORY.name]: heap } };
    entry = new WebAssembly.Instance(module, imports).exports[ENTRY] as Entry;
    programs.set(key, entry);
  }
  const addresses = Object.values(tensors).map(({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset);
  entry(...addresses, ...Object.values(integers));
}
