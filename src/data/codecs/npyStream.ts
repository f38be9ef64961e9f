/** The header of a .npy file at the start of a stream. */
import type { ByteReader } from "./byteReader";
import { npyHeader, type NpyDtype, type NpyHeader } from "./npy";

const HEADER_STEP = 128;
const HEADER_LIMIT = 64 * 1024;

/** Reads the header and leaves `reader` at the first value. @throws UserError when it is no .npy that is read here */
export async function readNpyHeader(reader: ByteReader, where: string): Promise<NpyHeader> {
  let bytes: Uint8Array = new Uint8Array(0);
  for (;;) {
    // a header ends on a multiple of 16 or 64: the steps go up to it and not beyond
    const wanted =
      bytes.length < 12 ? 12 : Math.min(headerEnd(bytes), HEADER_LIMIT + HEADER_STEP) - bytes.length;
    const more = await reader.read(wanted);
    bytes = joined(bytes, more);
    const header = npyHeader(bytes, where);
    if (header) return header;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Where the header ends, by its own length field. */
function headerEnd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes[6]! >= 2 ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
}

const KINDS = {
  "|b1": "bool",
  "|u1": "uint8",
  "|i1": "int8",
  "<u2": "uint16",
  "<i2": "int16",
  "<u4": "uint32",
  "<i4": "int32",
  "<u8": "uint64",
  "<i8": "int64",
  "<f4": "float32",
  "<f8": "float64",
} as const satisfies Record<NpyDtype, string>;

/** A dtype in words. */
export const npyKind = (dtype: NpyDtype): (typeof KINDS)[NpyDtype] => KINDS[dtype];
