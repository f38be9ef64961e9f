/** Writes pickles of protocol 2 with the opcodes that tensors and plain containers need. Source: CPython's pickle.py. */

export class PickleWriter {
  private readonly out: number[] = [0x80, 2]; // PROTO 2
  private memo = 0;

  /** Opcodes and texts of theirs, as they are. */
  ascii(text: string): this {
    for (const letter of text) this.out.push(letter.charCodeAt(0));
    return this;
  }

  /** Remembers the value on top, as Python does for whatever it could meet again. */
  put(): this {
    const index = this.memo++;
    if (index < 0x100)
      this.out.push(0x71, index); // BINPUT
    else this.out.push(0x72, ...uint32(index)); // LONG_BINPUT
    return this;
  }

  global(module: string, name: string): this {
    return this.ascii(`c${module}\n${name}\n`).put();
  }

  text(text: string): this {
    const bytes = new TextEncoder().encode(text);
    this.out.push(0x58, ...uint32(bytes.length)); // BINUNICODE
    for (const byte of bytes) this.out.push(byte);
    return this.put();
  }

  /** @param value 0 … 2³¹ - 1 @throws Error beyond */
  integer(value: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** 31)
      throw new Error(`PickleWriter.integer(): ${value} is out of range`);
    if (value < 0x100)
      this.out.push(0x4b, value); // BININT1
    else if (value < 0x10000)
      this.out.push(0x4d, value & 0xff, value >>> 8); // BININT2
    else this.out.push(0x4a, ...uint32(value)); // BININT
    return this;
  }

  float(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value);
    this.out.push(0x47, ...bytes); // BINFLOAT, big-endian
    return this;
  }

  /** A tuple of whole numbers. */
  tuple(values: readonly number[]): this {
    if (values.length === 0) return this.ascii(")"); // EMPTY_TUPLE is not remembered
    if (values.length > 3) this.ascii("(");
    for (const value of values) this.integer(value);
    this.out.push(values.length > 3 ? 0x74 : 0x84 + values.length); // TUPLE, TUPLE1 … TUPLE3
    return this.put();
  }

  /** @param each writes one item */
  list<T>(items: readonly T[], each: (item: T) => void): this {
    this.ascii("]").put();
    if (items.length === 0) return this;
    this.ascii("(");
    items.forEach(each);
    return this.ascii("e"); // APPENDS
  }

  /** @param each writes one value; keys are texts */
  dictionary<T>(entries: Iterable<readonly [string, T]>, each: (value: T) => void): this {
    const all = [...entries];
    this.ascii("}").put();
    if (all.length === 0) return this;
    this.ascii("(");
    for (const [key, value] of all) {
      this.text(key);
      each(value);
    }
    return this.ascii("u"); // SETITEMS
  }

  /** The pickle, ended. */
  finish(): Uint8Array {
    return Uint8Array.from([...this.out, 0x2e]); // STOP
  }
}

const uint32 = (value: number): number[] => [
  value & 0xff,
  (value >>> 8) & 0xff,
  (value >>> 16) & 0xff,
  value >>> 24,
];
