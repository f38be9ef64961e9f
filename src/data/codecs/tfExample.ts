/**
 * TensorFlow's Example messages: named lists of bytes, floats or whole numbers. Source:
 * tensorflow/core/example/example.proto and feature.proto, in protobuf's wire format.
 *
 *   Example { Features features = 1 }        Features { map<string, Feature> feature = 1 }
 *   Feature { BytesList 1 | FloatList 2 | Int64List 3 }, each { repeated value = 1 }
 */
import { UserError } from "@/shared/errors";

export type Feature =
  | { kind: "bytes"; values: Uint8Array[] }
  | { kind: "floats"; values: number[] }
  | { kind: "ints"; values: number[] };

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** The features of an Example by name. @throws UserError when the bytes are no Example */
export function decodeExample(bytes: Uint8Array, where: string): Map<string, Feature> {
  const features = new Map<string, Feature>();
  try {
    for (const example of fieldsOf(bytes)) {
      if (example.number !== 1) continue;
      for (const entry of fieldsOf(example.bytes)) {
        if (entry.number !== 1) continue;
        const [name, feature] = entryOf(entry.bytes);
        if (feature) features.set(name, feature);
      }
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new UserError(
      `${where} holds a record that is no tf.train.Example.`,
      "Examples with an image and a label are read.",
    );
  }
  return features;
}

class WireError extends Error {}

interface Field {
  number: number;
  type: number;
  /** Of a length-delimited or fixed field. */
  bytes: Uint8Array;
  /** Of a varint. */
  value: number;
}

function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const tag = varint(bytes, cursor);
    const [number, type] = [Math.floor(tag / 8), tag % 8];
    const none = { number, type, bytes: bytes.subarray(0, 0), value: 0 };
    if (type === VARINT) yield { ...none, value: varint(bytes, cursor) };
    else if (type === BYTES) yield { ...none, bytes: take(bytes, cursor, varint(bytes, cursor)) };
    else if (type === FIXED32) yield { ...none, bytes: take(bytes, cursor, 4) };
    else if (type === FIXED64) yield { ...none, bytes: take(bytes, cursor, 8) };
    else throw new WireError();
  }
}

function take(bytes: Uint8Array, cursor: { at: number }, length: number): Uint8Array {
  if (!(length >= 0) || cursor.at + length > bytes.length) throw new WireError();
  cursor.at += length;
  return bytes.subarray(cursor.at - length, cursor.at);
}

/** A signed 64-bit number; exact up to 2^53. */
function varint(bytes: Uint8Array, cursor: { at: number }): number {
  let low = 0;
  let scale = 1;
  let big = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = take(bytes, cursor, 1)[0]!;
    if (i < 7) low += (byte & 0x7f) * scale;
    else big |= BigInt(byte & 0x7f) << BigInt(7 * i);
    scale *= 128;
    if (byte < 0x80) return big === 0n ? low : Number(BigInt.asIntN(64, big | BigInt(low)));
  }
  throw new WireError();
}

function entryOf(bytes: Uint8Array): [name: string, feature: Feature | null] {
  let name = "";
  let feature: Feature | null = null;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) name = new TextDecoder().decode(field.bytes);
    else if (field.number === 2) feature = featureOf(field.bytes);
  }
  return [name, feature];
}

function featureOf(bytes: Uint8Array): Feature | null {
  for (const { number, bytes: list } of fieldsOf(bytes)) {
    const values = [...fieldsOf(list)].filter((field) => field.number === 1);
    if (number === 1) return { kind: "bytes", values: values.map((field) => field.bytes) };
    if (number === 2) return { kind: "floats", values: values.flatMap((field) => floats(field.bytes)) };
    if (number === 3) return { kind: "ints", values: values.flatMap(ints) };
  }
  return null;
}

function floats(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
}

/** Packed, as all writers do today, or one by one. */
function ints({ type, value, bytes }: Field): number[] {
  if (type === VARINT) return [value];
  const numbers: number[] = [];
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) numbers.push(varint(bytes, cursor));
  return numbers;
}
