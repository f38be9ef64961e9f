/**
 * A stored record as JSON, its bytes as files beside it. Blobs and typed arrays become references, numbers that JSON
 * does not know become words; all else is as it was, so a record that went out comes back equal.
 */

/** A typed array whose bytes are still in the file. */
export class StoredArray {
  constructor(
    readonly type: ArrayName,
    readonly bytes: Blob,
  ) {}

  get length(): number {
    return this.bytes.size / ARRAYS[this.type].BYTES_PER_ELEMENT;
  }

  async load(): Promise<TypedArray> {
    return new ARRAYS[this.type](await this.bytes.arrayBuffer());
  }
}

const ARRAYS = {
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
};
type ArrayName = keyof typeof ARRAYS;
type TypedArray = InstanceType<(typeof ARRAYS)[ArrayName]>;

const WORDS: Record<string, number> = {
  NaN: NaN,
  Infinity: Infinity,
  "-Infinity": -Infinity,
  "-0": -0,
};

/**
 * @param putFile takes bytes that belong to the record and gives the path they will have; `field` is where they are
 * @throws Error for a value that has no form here
 */
export function encodeRecord(record: unknown, putFile: (bytes: Blob, field: string) => string): unknown {
  const encode = (value: unknown, field: string): unknown => {
    if (typeof value === "number") {
      const word = Object.keys(WORDS).find((name) => Object.is(WORDS[name], value));
      return word === undefined ? value : { $number: word };
    }
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (value instanceof Blob) return { $file: putFile(value, field) };
    if (value instanceof StoredArray) return { $file: putFile(value.bytes, field), $array: value.type };
    if (ArrayBuffer.isView(value)) {
      const type = value.constructor.name as ArrayName;
      if (!(type in ARRAYS)) throw new Error(`encodeRecord(): ${field} is a ${type}`);
      return { $file: putFile(new Blob([value as Uint8Array<ArrayBuffer>]), field), $array: type };
    }
    if (Array.isArray(value)) return value.map((item, index) => encode(item, join(field, String(index))));
    if (typeof value === "object" && isPlain(value)) {
      const entries = Object.entries(value).filter(([, item]) => item !== undefined);
      if (entries.some(([key]) => key.startsWith("$")))
        throw new Error(`encodeRecord(): ${field} has a key that begins with $`);
      return Object.fromEntries(entries.map(([key, item]) => [key, encode(item, join(field, key))]));
    }
    throw new Error(`encodeRecord(): ${field} is a ${typeof value}`);
  };
  return encode(record, "");
}

/**
 * The record again, typed arrays as `StoredArray`.
 * @param fileAt the bytes at a path @throws what `fileAt` throws, and Error for a reference of no known kind
 */
export function decodeRecord(encoded: unknown, fileAt: (path: string) => Blob): unknown {
  const decode = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(decode);
    const { $file, $array, $number } = value as Record<string, unknown>;
    if (typeof $number === "string" && Object.hasOwn(WORDS, $number)) return WORDS[$number];
    if (typeof $file === "string") {
      if ($array === undefined) return fileAt($file);
      if (typeof $array === "string" && Object.hasOwn(ARRAYS, $array))
        return new StoredArray($array as ArrayName, fileAt($file));
    }
    const entries = Object.entries(value);
    if (entries.some(([key]) => key.startsWith("$"))) throw new Error("an unknown reference");
    return Object.fromEntries(entries.map(([key, item]) => [key, decode(item)])); // own keys, "__proto__" too
  };
  return decode(encoded);
}

/** The record with its typed arrays read, as it is stored. */
export async function loadArrays<T>(value: T): Promise<T> {
  if (value instanceof StoredArray) return (await value.load()) as T;
  if (Array.isArray(value)) return (await Promise.all(value.map(loadArrays))) as T;
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await loadArrays(item)] as const);
  return Object.fromEntries(await Promise.all(entries)) as T;
}

const join = (field: string, key: string): string => (field ? `${field}.${key}` : key);

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};
