/**
 * Zip archives as a stream, by client-zip. It leaves the zip64 record out where only the number of files needs one, so
 * that a reader would stop after 65,535 of them: the record is put in here.
 */
import { makeZip } from "client-zip";

const END_BYTES = 22;
const END = 0x06054b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const MOST_16 = 0xffff;

/** The bytes of the archive, piece after piece. */
export async function* zipStream(
  files: Parameters<typeof makeZip>[0],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let count = 0;
  async function* counted() {
    for await (const file of files) {
      count++;
      yield file;
    }
  }
  const reader = makeZip(counted()).getReader();
  let bytes = 0;
  let tail = new Uint8Array(0); // what may be the end of the archive, and what is just in front of it
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      bytes += value.length;
      const joined = new Uint8Array(tail.length + value.length);
      joined.set(tail);
      joined.set(value, tail.length);
      const cut = Math.max(0, joined.length - END_BYTES - 20);
      if (cut > 0) yield joined.subarray(0, cut);
      tail = joined.slice(cut);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  const end = tail.subarray(-END_BYTES);
  const view = new DataView(end.buffer, end.byteOffset, END_BYTES);
  const before = tail.subarray(0, -END_BYTES);
  const hasZip64 = before.length === 20 && new DataView(before.buffer).getUint32(0, true) === ZIP64_LOCATOR;
  yield before;
  if (count >= MOST_16 && !hasZip64 && view.getUint32(0, true) === END)
    yield zip64End(count, view.getUint32(12, true), view.getUint32(16, true), bytes - END_BYTES);
  yield end;
}

/** The zip64 end record, and its locator behind it. @param at where it will stand */
function zip64End(count: number, size: number, offset: number, at: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(56 + 20);
  const view = new DataView(out.buffer);
  const put64 = (place: number, value: number) => view.setBigUint64(place, BigInt(value), true);
  view.setUint32(0, ZIP64_END, true);
  put64(4, 44); // bytes that follow
  view.setUint16(12, 45, true); // versions: made by, needed
  view.setUint16(14, 45, true);
  put64(24, count);
  put64(32, count);
  put64(40, size);
  put64(48, offset);
  view.setUint32(56, ZIP64_LOCATOR, true);
  put64(64, at);
  view.setUint32(72, 1, true); // disks
  return out;
}
