/**
 * Watches the heap of the WebAssembly backend. When it is full, `malloc` answers 0 and tfjs would lay the tensor over
 * the first bytes of the heap.
 */
import { gigabytes, OutOfMemory } from "./memoryErrors";

/** What is used of tfjs's module. */
export interface WasmModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
  HEAPU8: Uint8Array;
}

/** The largest heap that tfjs's .wasm file allows: its pointers have 32 bits. */
export const WASM_HEAP_BYTES = 4 * 2 ** 30;

/** Makes a failed allocation an error instead of an address. */
export function guardHeap(module: WasmModule): void {
  module._free(module._malloc(1)); // until its first call, Emscripten's `_malloc` is a stub that then replaces itself
  const allocate = module._malloc.bind(module);
  module._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address === 0 && bytes > 0)
      throw new OutOfMemory(
        `The memory of WebAssembly is full: ${gigabytes(module.HEAPU8.length)} are taken, and there was no room for ` +
          `another ${gigabytes(bytes)}.`,
      );
    return address;
  };
}
