/**
 * Zip archives whose entries are stored, not compressed, as PyTorch writes them: sizes and CRC stand in front of
 * each entry (no data descriptor), and the bytes of every entry start at a multiple of 64, so that a reader can
 * map them. Padding sits in an extra field "FB", as in caffe2/serialize/inline_container.cc.
 */
import { UserError } from "@/shared/errors";
import { crc32 } from "./crc32";

export interface ZipEntry {
  path: string;
  bytes: Uint8Array;
}

const ALIGN = 64;
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const UTF8 = 0x0800;
const DOS_DATE = 0x21; // 1 January 1980: the same set gives the same bytes
const LIMIT = 0xffffffff;

/** @throws Error beyond 4 GiB, where the format would need zip64 */
export function encodeStoredZip(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const placed: { name: Uint8Array; bytes: Uint8Array; crc: number; header: number; start: number }[] = [];
  let at = 0;
  for (const { path, bytes } of entries) {
    const name = new TextEncoder().encode(path);
    const start = Math.ceil((at + 30 + name.length + 4) / ALIGN) * ALIGN;
    placed.push({ name, bytes, crc: crc32(bytes), header: at, start });
    at = start + bytes.length;
  }
  const directory = at;
  const total = placed.reduce((sum, { name }) => sum + 46 + name.length, directory + 22);
  if (total > LIMIT) throw new Error(`encodeStoredZip(): ${total} bytes do not fit a zip without zip64`);

  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  for (const { name, bytes, crc, header, start } of placed) {
    const padding = start - header - 30 - name.length; // the extra field, its own header included
    view.setUint32(header, LOCAL, true);
    writeCommon(view, header + 4, name, bytes, crc);
    view.setUint16(header + 28, padding, true);
    out.set(name, header + 30);
    const extra = header + 30 + name.length;
    out.set([0x46, 0x42], extra); // "FB"
    view.setUint16(extra + 2, padding - 4, true);
    out.fill(0x5a, extra + 4, start); // "ZZZ…"
    out.set(bytes, start);

    view.setUint32(at, CENTRAL, true);
    writeCommon(view, at + 6, name, bytes, crc);
    view.setUint32(at + 42, header, true);
    out.set(name, at + 46);
    at += 46 + name.length;
  }
  view.setUint32(at, END, true);
  view.setUint16(at + 8, placed.length, true);
  view.setUint16(at + 10, placed.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return out;
}

/** The fields that local header and central directory share, from "version needed" on. */
function writeCommon(view: DataView, at: number, name: Uint8Array, bytes: Uint8Array, crc: number): void {
  view.setUint16(at + 2, UTF8, true);
  view.setUint16(at + 8, DOS_DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, bytes.length, true);
  view.setUint32(at + 18, bytes.length, true);
  view.setUint16(at + 22, name.length, true);
}

/**
 * The entries of such an archive, as views of `bytes`.
 * @throws UserError when it is truncated, compressed, of another kind, or a CRC is wrong
 */
export function decodeStoredZip(bytes: Uint8Array, where = "the archive"): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (what: string) => new UserError(`${where} ${what}.`, "Save or download it again.");
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 22 - 0xffff && view.getUint32(end, true) !== END) end--;
  if (end < 0 || view.getUint32(end, true) !== END)
    throw broken("is not a zip archive, or its end is missing");

  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  let total = 0;
  const entries = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw broken("has a broken list of contents");
    const crc = view.getUint32(at + 16, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const header = view.getUint32(at + 42, true);
    const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (view.getUint16(at + 10, true) !== 0)
      throw broken(`holds "${path}" compressed; only stored entries are read here`);
    if (header + 30 > end || view.getUint32(header, true) !== LOCAL)
      throw broken(`does not hold "${path}" where it says`);
    const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    if (start + size > end) throw broken(`ends inside "${path}"`);
    total += size;
    if (total > bytes.length) throw broken("holds entries that lie inside each other");
    const body = bytes.subarray(start, start + size);
    if (crc32(body) !== crc) throw broken(`is damaged: the CRC of "${path}" is wrong`);
    entries.set(path, body);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}
