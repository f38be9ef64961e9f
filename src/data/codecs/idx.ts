/**
 * IDX, the format of MNIST: two zero bytes, a type code, the number of dimensions, each dimension as a big-endian
 * uint32, then the values. Source: http://yann.lecun.com/exdb/mnist. Only unsigned bytes (type 0x08) are read.
 */
import { UserError } from "@/shared/errors";
import type { ByteReader } from "./byteReader";

const UNSIGNED_BYTE = 0x08;
const TYPES: Record<number, string> = { 9: "int8", 11: "int16", 12: "int32", 13: "float32", 14: "float64" };

/** Reads the header and leaves `reader` at the first value. @throws UserError when it is no IDX file of bytes */
export async function readIdxHeader(reader: ByteReader, where: string): Promise<number[]> {
  const magic = await reader.read(4);
  const [zero, zeroToo, type = 0, rank = 0] = magic;
  if (zero !== 0 || zeroToo !== 0 || rank < 1 || rank > 4 || (type !== UNSIGNED_BYTE && !(type in TYPES))) {
    throw new UserError(
      `${where} is no IDX file: it starts with ${hex(magic)} instead of 00 00 08 and its number of dimensions.`,
      "Drop the files as they were published.",
    );
  }
  if (type !== UNSIGNED_BYTE) {
    throw new UserError(
      `${where} holds ${TYPES[type]} values; only unsigned bytes are read.`,
      "Save the images as bytes from 0 to 255.",
    );
  }
  const bytes = await reader.read(4 * rank);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 * i));
  if (!Number.isSafeInteger(dims.reduce((product, n) => product * n, 1))) {
    throw new UserError(
      `${where} announces an impossible shape: ${dims.join(" × ")}.`,
      "The file is damaged, or is something else: fetch it again.",
    );
  }
  return dims;
}

/** The bytes of an IDX file. */
export function encodeIdx(dims: readonly number[], values: Uint8Array): Uint8Array<ArrayBuffer> {
  const count = dims.reduce((product, n) => product * n, 1);
  if (count !== values.length) throw new Error(`encodeIdx(): expected ${count} values, got ${values.length}`);
  const bytes = new Uint8Array(4 + 4 * dims.length + count);
  const view = new DataView(bytes.buffer);
  bytes[2] = UNSIGNED_BYTE;
  bytes[3] = dims.length;
  dims.forEach((n, i) => view.setUint32(4 + 4 * i, n));
  bytes.set(values, 4 + 4 * dims.length);
  return bytes;
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
