/** An array of numbers in a file that is not read yet, whichever format it lies in. */
import { UserError } from "@/shared/errors";
import type { ByteReader } from "../../codecs/byteReader";
import { fromFloat16 } from "../../codecs/float16";

const ARRAYS = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float16: Uint16Array, // its bits
  float32: Float32Array,
  float64: Float64Array,
} as const;

export type NumberKind = keyof typeof ARRAYS;

export interface SourceArray {
  /** "x_train" */
  name: string;
  /** For messages: "set.npz, x_train.npy". */
  where: string;
  shape: readonly number[];
  kind: NumberKind;
  /** The values from the first one on, little-endian, in C order. */
  open: () => Promise<ByteReader>;
}

export const isFloat = (kind: NumberKind): boolean => kind.startsWith("float");
export const itemBytes = (kind: NumberKind): number => ARRAYS[kind].BYTES_PER_ELEMENT;
export const product = (shape: readonly number[]): number => shape.reduce((all, n) => all * n, 1);

/** Little-endian values as numbers; those of bytes are the bytes themselves. */
export function numbersOf(bytes: Uint8Array, kind: NumberKind): ArrayLike<number> {
  const array = ARRAYS[kind];
  const aligned = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : Uint8Array.from(bytes);
  const values = new array(
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    Math.floor(bytes.length / array.BYTES_PER_ELEMENT),
  );
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    return Float64Array.from(values, Number);
  return kind === "float16" ? fromFloat16(values as Uint16Array) : values;
}

/** Labels are read at once: this is 64 million numbers. */
const MAX_WHOLE = 512 * 2 ** 20;

/** All values. @throws UserError when there are too many to be labels, or fewer than announced */
export async function readWhole(source: SourceArray): Promise<ArrayLike<number>> {
  const bytes = product(source.shape) * itemBytes(source.kind);
  if (!(bytes <= MAX_WHOLE))
    throw new UserError(`${source.where} is too large for labels: ${bytes} bytes.`, "It may be broken.");
  const reader = await source.open();
  try {
    const values = numbersOf(await reader.read(bytes), source.kind);
    await reader.atEnd(); // asks for the end, where archives check their CRC
    return values;
  } finally {
    await reader.cancel();
  }
}
