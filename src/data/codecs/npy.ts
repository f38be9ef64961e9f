/**
 * NumPy's .npy: a magic, a Python dictionary that tells dtype and shape, then the values in C order.
 * Source: numpy/lib/format.py, versions 1.0 to 3.0. Little-endian and single-byte numbers only.
 */
import { UserError } from "@/shared/errors";

const ARRAYS = {
  "|b1": Uint8Array,
  "|u1": Uint8Array,
  "|i1": Int8Array,
  "<u2": Uint16Array,
  "<i2": Int16Array,
  "<u4": Uint32Array,
  "<i4": Int32Array,
  "<u8": BigUint64Array,
  "<i8": BigInt64Array,
  "<f4": Float32Array,
  "<f8": Float64Array,
};

export type NpyDtype = keyof typeof ARRAYS;
export type NpyData<D extends NpyDtype = NpyDtype> = InstanceType<(typeof ARRAYS)[D]>;

/** Values in C order: `data.length` is the product of `shape`. */
export interface NpyArray<D extends NpyDtype = NpyDtype> {
  shape: readonly number[];
  dtype: D;
  data: NpyData<D>;
}

export interface NpyHeader {
  shape: number[];
  dtype: NpyDtype;
  /** Bytes of one value. */
  itemBytes: number;
  /** Where the values start. */
  offset: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"
const ALIGN = 64;
/** A header of an array of numbers is about 100 bytes; a longer one is not ours to parse. */
const MAX_HEADER = 64 * 1024;

/** The bytes of a .npy file, version 1.0. @throws Error when shape and data do not agree */
export function encodeNpy<D extends NpyDtype>({ shape, dtype, data }: NpyArray<D>): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, n) => product * n, 1);
  if (count !== data.length) {
    throw new Error(`encodeNpy(): expected ${count} values for [${shape.join(", ")}], got ${data.length}`);
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${dtype}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const prefix = MAGIC.length + 4; // magic, version, header length
  const offset = Math.ceil((prefix + text.length + 1) / ALIGN) * ALIGN;
  const bytes = new Uint8Array(offset + data.byteLength);
  bytes.set(MAGIC);
  bytes[6] = 1; // version 1.0
  new DataView(bytes.buffer).setUint16(8, offset - prefix, true);
  bytes.set(new TextEncoder().encode(text.padEnd(offset - prefix - 1) + "\n"), prefix);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
  return bytes;
}

/**
 * The header of a .npy file whose first bytes are given.
 * @returns null when `bytes` ends before the header does
 * @throws UserError when it is no .npy file or of a kind that is not read here
 */
export function npyHeader(bytes: Uint8Array, where = "the .npy file"): NpyHeader | null {
  if (bytes.length < 12) return null;
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new UserError(
      `${where} is not a NumPy array: it does not start with "\\x93NUMPY".`,
      "Save it again with numpy.save.",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! >= 2;
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (length > MAX_HEADER)
    throw new UserError(
      `${where} has a NumPy header of ${length} bytes: it is broken.`,
      "Save it again with numpy.save.",
    );
  const offset = (wide ? 12 : 10) + length;
  if (bytes.length < offset) return null;
  return {
    ...parseDictionary(new TextDecoder().decode(bytes.subarray(wide ? 12 : 10, offset)), where),
    offset,
  };
}

/** The array in a .npy file. @throws UserError when it is truncated or of a kind that is not read here */
export function decodeNpy(bytes: Uint8Array, where = "the .npy file"): NpyArray {
  const header = npyHeader(bytes, where);
  if (!header) throw new UserError(`${where} ends inside its NumPy header.`, "Download or save it again.");
  const { shape, dtype, itemBytes, offset } = header;
  const count = shape.reduce((product, n) => product * n, 1);
  if (bytes.length - offset < count * itemBytes) {
    throw new UserError(
      `${where} is cut short: ${count * itemBytes} bytes of values announced, ${bytes.length - offset} there.`,
      "Download or save it again.",
    );
  }
  const body = new Uint8Array(count * itemBytes); // a copy, so that it is aligned (and Buffer.slice() makes none)
  body.set(bytes.subarray(offset, offset + body.length));
  return { shape, dtype, data: new ARRAYS[dtype](body.buffer) };
}

function parseDictionary(text: string, where: string): Omit<NpyHeader, "offset"> {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const tuple = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || tuple === undefined) {
    throw new UserError(`${where} does not hold a plain array of numbers.`, "Save it with np.save.");
  }
  if (descr.includes("O")) {
    throw new UserError(
      `${where} holds Python objects instead of numbers: they are a pickle, which is never run here.`,
      'Save plain numbers, for instance with np.stack(list).astype("uint8").',
    );
  }
  const shape = (tuple.match(/\d+/g) ?? []).map(Number);
  if (!Object.hasOwn(ARRAYS, descr)) {
    throw new UserError(`${where} holds numbers of type "${descr}", which is not read here.`, HINT);
  }
  if (fortran === "True" && shape.filter((n) => n > 1).length > 1) {
    throw new UserError(`${where} is stored in Fortran order.`, "Save np.ascontiguousarray(array) instead.");
  }
  if (!Number.isSafeInteger(shape.reduce((product, n) => product * n, 1))) {
    throw new UserError(
      `${where} announces an impossible shape: (${tuple}).`,
      "The file is damaged, or is something else: fetch it again.",
    );
  }
  const dtype = descr as NpyDtype;
  return { shape, dtype, itemBytes: ARRAYS[dtype].BYTES_PER_ELEMENT };
}

const HINT = 'Convert it first, images with .astype("uint8") and labels with .astype("int64").';
