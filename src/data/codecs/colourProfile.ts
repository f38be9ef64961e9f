/** Takes what a picture says of its colour space out, so that a decoder gives the colours as they are stored. */

const PNG_CHUNKS = new Set(["iCCP", "gAMA", "cHRM", "sRGB", "cICP"]);
const WEBP_HAS_PROFILE = 0x20; // among the flags of VP8X

/** The same picture without a colour profile; the same bytes where it has none. */
export function stripProfile(bytes: Uint8Array<ArrayBuffer>, type: string): Uint8Array<ArrayBuffer> {
  switch (type) {
    case "image/jpeg":
      return without(bytes, jpegProfiles(bytes));
    case "image/png":
      return without(
        bytes,
        chunks(bytes, 8, pngChunk).filter(({ name }) => PNG_CHUNKS.has(name)),
      );
    case "image/webp":
      return stripWebp(bytes);
    default:
      return bytes;
  }
}

/** From `start`, up to `end`. */
interface Range {
  start: number;
  end: number;
}

type Chunk = Range & { name: string };

/** APP2 segments that hold a part of an ICC profile; they stand before the first scan. */
function jpegProfiles(bytes: Uint8Array): Range[] {
  const found: Range[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1]!;
    if (marker === 0xda) break;
    const end = at + 2 + (bytes[at + 2]! << 8) + bytes[at + 3]!;
    if (marker === 0xe2 && textAt(bytes, at + 4, 11) === "ICC_PROFILE") found.push({ start: at, end });
    if (end <= at + 3) break;
    at = end;
  }
  return found;
}

function stripWebp(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const profiles = chunks(bytes, 12, webpChunk).filter(({ name }) => name === "ICCP");
  const rest = without(bytes, profiles);
  if (rest === bytes) return bytes;
  const view = new DataView(rest.buffer, rest.byteOffset);
  view.setUint32(4, rest.length - 8, true);
  if (textAt(rest, 12, 4) === "VP8X") rest[20]! &= ~WEBP_HAS_PROFILE;
  return rest;
}

/** The chunks behind each other from `first` on, as far as they are whole. */
function chunks(
  bytes: Uint8Array,
  first: number,
  read: (bytes: Uint8Array, view: DataView, at: number) => Chunk,
): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Chunk[] = [];
  for (let at = first; at + 8 <= bytes.length;) {
    const chunk = read(bytes, view, at);
    if (chunk.end > bytes.length) break;
    found.push(chunk);
    at = chunk.end;
  }
  return found;
}

const pngChunk = (bytes: Uint8Array, view: DataView, start: number): Chunk => ({
  name: textAt(bytes, start + 4, 4),
  start,
  end: start + 12 + view.getUint32(start),
});

const webpChunk = (bytes: Uint8Array, view: DataView, start: number): Chunk => {
  const size = view.getUint32(start + 4, true);
  return { name: textAt(bytes, start, 4), start, end: start + 8 + size + (size & 1) };
};

const textAt = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

function without(bytes: Uint8Array<ArrayBuffer>, ranges: readonly Range[]): Uint8Array<ArrayBuffer> {
  if (ranges.length === 0) return bytes;
  const rest = new Uint8Array(ranges.reduce((left, { start, end }) => left - (end - start), bytes.length));
  let from = 0;
  let to = 0;
  for (const { start, end } of [...ranges, { start: bytes.length, end: bytes.length }]) {
    rest.set(bytes.subarray(from, start), to);
    to += start - from;
    from = end;
  }
  return rest;
}
