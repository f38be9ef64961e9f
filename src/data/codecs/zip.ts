/**
 * Reading zip archives from a Blob. zip.js parses the directory (zip64, comments, character sets); the contents
 * are read here, in windows of 4 MiB and in archive order, because one stream per entry costs zip.js 2 ms, which is
 * two minutes for the 60,000 small files of a dataset. Every entry's CRC-32 and size are checked.
 */
import { BlobReader, configure, ZipReader } from "@zip.js/zip.js";
import { UserError } from "@/shared/errors";
import { nextTurn } from "@/shared/nextTurn";
import { crc32 } from "./crc32";
import { growthRefusal, MAX_DEFLATE_RATIO, unpack } from "./gzip";

configure({ useWebWorkers: false, useCompressionStream: true });

/** What the directory says of one file. */
export interface ZipEntry {
  path: string;
  /** Of its local header in the archive. */
  offset: number;
  compressedSize: number;
  size: number;
  crc32: number;
  /** 0 stored, 8 deflated. */
  method: number;
  encrypted: boolean;
  /** It begins before the one in front of it ends: the same bytes are there to be unpacked many times. */
  overlaps: boolean;
}

const WINDOW = 4 * 2 ** 20;
const LOCAL_HEADER = 30;
/** Without zip64 an archive counts no further. */
const MOST_COUNTED = 0xffff;
/** Entries that are listed without looking at messages. */
const TURN = 1024;
/** A picture that is larger than this unpacked is no member of a dataset of small images. */
const MAX_ENTRY = 64 * 2 ** 20;

/** All files of an archive, in the order of the archive. @throws UserError when the directory is not whole */
export async function readZipDirectory(
  zip: Blob,
  where: string,
  signal?: AbortSignal,
  onProgress?: (done: number, total: number) => void,
): Promise<ZipEntry[]> {
  const start = new Uint8Array(await zip.slice(0, 4).arrayBuffer());
  const reader = new ZipReader(new BlobReader(zip), { filenameValidation: "tolerant" });
  const entries: ZipEntry[] = [];
  let seen = 0;
  let directoryBytes = 0;
  try {
    for await (const entry of reader.getEntriesGenerator({
      onprogress: (done, total) => void onProgress?.(done, total),
    })) {
      seen++;
      directoryBytes += 46 + entry.rawFilename.length + entry.rawExtraField.length + entry.rawComment.length;
      if (entry.directory) continue;
      if (entries.length % TURN === 0) {
        await nextTurn(); // 60,000 entries take a second: a cancel must come through
        signal?.throwIfAborted();
      }
      entries.push({
        path: entry.filename,
        offset: entry.offset ?? 0,
        compressedSize: entry.compressedSize,
        size: entry.uncompressedSize,
        crc32: entry.crc32 ?? 0,
        method: entry.compressionMethod,
        encrypted: entry.encrypted,
        overlaps: false,
      });
    }
  } catch {
    signal?.throwIfAborted();
    const isZip = start[0] === 0x50 && start[1] === 0x4b;
    if (!isZip) throw new UserError(`${where} is no zip file.`, "Zip the class folders again.");
    throw new UserError(
      `${where} is cut short or damaged: the table of contents at its end cannot be read.`,
      "Copy or download it again.",
    );
  } finally {
    await reader.close();
  }
  if (seen === MOST_COUNTED && (await directoryLength(zip)) > directoryBytes)
    throw new UserError(
      `${where} holds more than the ${MOST_COUNTED.toLocaleString("en")} files that it counts: it was written without zip64.`,
      "Zip the folders again with another program, or drop the folder itself.",
    );
  return markOverlaps(entries.sort((a, b) => a.offset - b.offset));
}

/** The length of the table of contents, by the last record of the archive; 0 where zip64 holds it. */
async function directoryLength(zip: Blob): Promise<number> {
  const tail = new Uint8Array(await zip.slice(-(22 + MOST_COUNTED)).arrayBuffer());
  const view = new DataView(tail.buffer);
  for (let at = tail.length - 22; at >= 0; at--)
    if (view.getUint32(at, true) === 0x06054b50) {
      const length = view.getUint32(at + 12, true);
      return length === 0xffffffff ? 0 : length;
    }
  return 0;
}

function markOverlaps(entries: ZipEntry[]): ZipEntry[] {
  let end = 0;
  for (const entry of entries) {
    entry.overlaps = entry.offset < end;
    if (!entry.overlaps) end = entry.offset + LOCAL_HEADER + entry.compressedSize;
  }
  return entries;
}

/** Why an entry is left out, by what the directory says of it; "" when it can be read. */
export function entryRefusal(entry: ZipEntry): string {
  if (entry.encrypted) return "encrypted: the archive asks for a password";
  if (entry.method !== 0 && entry.method !== 8)
    return `packed with zip method ${entry.method}, which is not read here`;
  if (entry.overlaps) return "broken: it lies inside another file of the archive";
  if (Math.max(entry.size, entry.compressedSize) > MAX_ENTRY)
    return `too large: ${Math.round(Math.max(entry.size, entry.compressedSize) / 2 ** 20)} MiB`;
  if (entry.size > mostOf(entry)) return sizeLie(entry);
  return "";
}

/** What its packed bytes can become. */
const mostOf = ({ method, compressedSize }: ZipEntry): number =>
  method === 0 ? compressedSize : MAX_DEFLATE_RATIO * compressedSize;

const sizeLie = ({ size }: ZipEntry): string =>
  `broken: it does not unpack to the ${size.toLocaleString("en")} bytes that the archive announces`;

/** Reads the contents of entries; quick when they are asked for in archive order, one at a time. */
export class ZipContents {
  private window: Uint8Array = new Uint8Array(0);
  private windowStart = 0;

  constructor(
    private readonly zip: Blob,
    private readonly where: string,
    /** Bytes that are read at once: fewer for entries here and there. */
    private readonly windowBytes = WINDOW,
  ) {}

  /**
   * The bytes of an entry, or why it is left out when it unpacks to another size than it says.
   * @throws UserError when the archive ends inside it or its CRC-32 is wrong
   */
  async read(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer> | string> {
    const packed = await this.bytes(entry, await this.dataStart(entry), entry.compressedSize);
    const content = entry.method === 0 ? Uint8Array.from(packed) : await inflate(packed, entry.size);
    if (content === null || content.length !== entry.size) {
      return sizeLie(entry);
    }
    if (crc32(content) !== entry.crc32) throw this.damaged(entry);
    return content;
  }

  /**
   * The contents of an entry as a stream, for those that do not fit into memory; it errs at its end as `read`.
   * @throws UserError when it announces more than its bytes can be
   */
  async open(entry: ZipEntry): Promise<ReadableStream<Uint8Array>> {
    const refusal =
      entry.size > mostOf(entry) ? `is ${sizeLie(entry)}` : growthRefusal(entry.compressedSize, entry.size);
    if (refusal) throw new UserError(`${this.where}: "${entry.path}" ${refusal}.`, "Download it again.");
    const start = await this.dataStart(entry);
    if (start + entry.compressedSize > this.zip.size) throw this.cutShort(entry);
    const packed = this.zip.slice(start, start + entry.compressedSize).stream();
    const content = entry.method === 0 ? packed : unpack(packed, "deflate-raw");
    let crc = 0;
    let size = 0;
    return content.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (bytes, controller) => {
          crc = crc32(bytes, crc);
          size += bytes.length;
          if (size > entry.size) throw this.damaged(entry);
          controller.enqueue(bytes);
        },
        flush: () => {
          if (crc !== entry.crc32 || size !== entry.size) throw this.damaged(entry);
        },
      }),
    );
  }

  /** The contents of a stored entry as they lie in the archive, nothing read and nothing checked. */
  async storedSlice(entry: ZipEntry): Promise<Blob> {
    if (entry.method !== 0) throw new Error(`storedSlice(): ${entry.path} is packed`);
    const start = await this.dataStart(entry);
    if (start + entry.size > this.zip.size) throw this.cutShort(entry);
    return this.zip.slice(start, start + entry.size);
  }

  /** Where the contents begin: behind a local header whose length only it knows. */
  private async dataStart(entry: ZipEntry): Promise<number> {
    const header = await this.bytes(entry, entry.offset, LOCAL_HEADER);
    const view = new DataView(header.buffer, header.byteOffset, LOCAL_HEADER);
    if (view.getUint32(0, true) !== 0x04034b50) throw this.damaged(entry);
    return entry.offset + LOCAL_HEADER + view.getUint16(26, true) + view.getUint16(28, true);
  }

  private async bytes(entry: ZipEntry, start: number, length: number): Promise<Uint8Array> {
    const end = start + length;
    if (end > this.zip.size) throw this.cutShort(entry);
    if (start < this.windowStart || end > this.windowStart + this.window.length) {
      const loadEnd = Math.min(this.zip.size, Math.max(end, start + this.windowBytes));
      this.window = new Uint8Array(await this.zip.slice(start, loadEnd).arrayBuffer());
      this.windowStart = start;
    }
    return this.window.subarray(start - this.windowStart, end - this.windowStart);
  }

  private cutShort(entry: ZipEntry): UserError {
    return new UserError(
      `${this.where} is cut short: it ends inside "${entry.path}".`,
      "Copy or download it again.",
    );
  }

  private damaged(entry: ZipEntry): UserError {
    return new UserError(
      `${this.where} is damaged: the CRC-32 of "${entry.path}" is wrong.`,
      "Copy or download it again, or zip the folders again.",
    );
  }
}

/** Unpacks, at most to `size` bytes. @returns null when it is broken or would become larger */
async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const out = new Uint8Array(size);
  let at = 0;
  const reader = unpack(new Blob([Uint8Array.from(packed)]).stream(), "deflate-raw").getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return at === size ? out : null;
      if (at + value.length > size) return null;
      out.set(value, at);
      at += value.length;
    }
  } catch {
    return null;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
