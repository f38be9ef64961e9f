/**
 * TensorFlow's record files: each record is its length (uint64, little-endian), the masked CRC-32C of that length, its
 * bytes, and their masked CRC-32C. Source: tensorflow/core/lib/io/record_writer.h.
 */
import { UserError } from "@/shared/errors";
import type { ByteReader } from "./byteReader";
import { crc32c } from "./crc32";

const HEADER = 12;
/** A record is one example: one picture and its label. */
const MAX_RECORD = 128 * 2 ** 20;
const MASK_DELTA = 0xa282ead8;

/** The checksum as the files have it: that of data which holds checksums would else be weak. */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

/** The records of a file, one after the other. @throws UserError when a checksum is wrong or a record is cut */
export async function* readTfRecords(reader: ByteReader, where: string): AsyncGenerator<Uint8Array> {
  for (let number = 0; ; number++) {
    if (await reader.atEnd()) return;
    const header = await reader.read(HEADER);
    const view = new DataView(header.buffer, header.byteOffset, HEADER);
    if (view.getUint32(8, true) !== maskedCrc(header.subarray(0, 8)))
      throw new UserError(
        number === 0
          ? `${where} is no TFRecord file: its first 12 bytes are no length and checksum.`
          : `${where} is damaged: the length of record ${number} does not fit its checksum.`,
        "Copy or download it again.",
      );
    const length = Number(view.getBigUint64(0, true));
    if (length > MAX_RECORD)
      throw new UserError(
        `${where} has a record of ${length} bytes.`,
        "Examples of one picture each are read.",
      );
    const bytes = await reader.read(length);
    const crc = await reader.read(4);
    if (new DataView(crc.buffer, crc.byteOffset, 4).getUint32(0, true) !== maskedCrc(bytes))
      throw new UserError(
        `${where} is damaged: record ${number} does not fit its checksum.`,
        "Copy or download it again.",
      );
    yield bytes;
  }
}

/** The bytes of a record file. */
export function encodeTfRecords(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(records.reduce((sum, { length }) => sum + length + HEADER + 4, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const record of records) {
    view.setBigUint64(at, BigInt(record.length), true);
    view.setUint32(at + 8, maskedCrc(out.subarray(at, at + 8)), true);
    out.set(record, at + HEADER);
    view.setUint32(at + HEADER + record.length, maskedCrc(record), true);
    at += HEADER + record.length + 4;
  }
  return out;
}
