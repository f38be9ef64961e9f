/** Numbers as WebAssembly's binary format writes them (https://webassembly.github.io/spec/core/binary). */

/** A count, an index or an offset: unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

/** An i32 in an instruction: signed LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 127;
    rest >>= 7;
    // the last byte's highest bit is the sign of all that is left out
    if (rest === (low & 64 ? -1 : 0)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/** An f32 in an instruction. */
export const float = (value: number): number[] => [...new Uint8Array(Float32Array.of(value).buffer)];

/** A name, and any list of bytes that has its length in front. */
export const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];

export const text = (name: string): number[] => sized([...new TextEncoder().encode(name)]);
