/**
 * What the first bytes of a picture say: its kind, size and whether it is grey. Nothing is decoded, so that a
 * picture of a billion pixels is refused at the cost of reading its header.
 */
export interface ImageHeader {
  type: "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp";
  /** As it is seen, that is after the orientation was applied. */
  width: number;
  height: number;
  /** True when the format says that there is no colour; false does not promise that there is. */
  grey: boolean;
  /** Some of it may be transparent. */
  alpha: boolean;
  animated: boolean;
  /** EXIF orientation, 1 (upright) … 8. */
  orientation: number;
}

/**
 * A picture that has more pixels is refused before it is decoded: browsers take 11 to 20 bytes per pixel while they decode,
 * and the page is to stay under 500 MB. The 4032 x 3024 pixels of a phone's camera pass.
 */
export const MAX_PIXELS = 12.5e6;

/**
 * @param bytes the start of a file; 64 KiB suffice for nearly all, the whole file for all
 * @returns null when it is no picture of a known kind, or ends before its size is told
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (startsWith(bytes, "\x89PNG\r\n\x1a\n")) return readPng(view, bytes);
    if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return readJpeg(view, bytes);
    if (startsWith(bytes, "GIF87a") || startsWith(bytes, "GIF89a")) return readGif(view, bytes);
    if (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8)) return readWebp(view, bytes);
    if (startsWith(bytes, "BM")) return readBmp(view);
    return null;
  } catch (error) {
    if (error instanceof RangeError) return null; // the bytes end before the header does
    throw error;
  }
}

/** What the contents are that `readImageHeader` knows nothing of, as the end of a sentence. */
export function contentsText(bytes: Uint8Array): string {
  if (startsWith(bytes, "ftyp", 4)) return "it is HEIC, AVIF or a video: save it as PNG";
  if (startsWith(bytes, "II*\0") || startsWith(bytes, "MM\0*")) return "it is TIFF: save it as PNG";
  if (KNOWN.some((magic) => startsWith(bytes, magic))) return "it is cut short before its size is told";
  if (bytes.subarray(0, 64).every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13))) return "it is text";
  return "its contents are no PNG, JPEG, GIF, WebP or BMP";
}

const KNOWN = ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF8", "RIFF", "BM"];

const plain = { grey: false, alpha: false, animated: false, orientation: 1 } as const;

/** Every read is checked by DataView, which throws a RangeError past the end. */
function readPng(view: DataView, bytes: Uint8Array): ImageHeader | null {
  if (!startsWith(bytes, "IHDR", 12)) return null;
  const colourType = view.getUint8(25);
  const header: ImageHeader = {
    ...plain,
    type: "image/png",
    width: view.getUint32(16),
    height: view.getUint32(20),
    grey: colourType === 0 || colourType === 4,
    alpha: colourType === 4 || colourType === 6,
  };
  for (let at = 33; at + 8 <= bytes.length;) {
    const length = view.getUint32(at);
    if (startsWith(bytes, "IDAT", at + 4)) break;
    if (startsWith(bytes, "acTL", at + 4)) header.animated = true;
    if (startsWith(bytes, "tRNS", at + 4)) header.alpha = true;
    if (startsWith(bytes, "PLTE", at + 4))
      header.grey = isGreyPalette(bytes.subarray(at + 8, at + 8 + length));
    if (startsWith(bytes, "eXIf", at + 4)) header.orientation = exifOrientation(view, at + 8, length);
    at += 12 + length;
  }
  return upright(header);
}

function isGreyPalette(palette: Uint8Array): boolean {
  for (let i = 0; i + 2 < palette.length; i += 3) {
    if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false;
  }
  return true;
}

function readJpeg(view: DataView, bytes: Uint8Array): ImageHeader | null {
  let orientation = 1;
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++; // fill bytes before a marker
      continue;
    }
    const length = view.getUint16(at + 2);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      const grey = view.getUint8(at + 9) === 1;
      return upright({ ...plain, type: "image/jpeg", width, height, grey, orientation });
    }
    if (marker === 0xda || marker === 0xd9 || length < 2) return null; // the picture before its size
    if (marker === 0xe1 && startsWith(bytes, "Exif\0\0", at + 4)) {
      orientation = exifOrientation(view, at + 10, length - 8);
    }
    at += 2 + length;
  }
}

/** Tag 0x0112 of the first directory of a TIFF structure; 1 when there is none. */
function exifOrientation(view: DataView, start: number, length: number): number {
  try {
    const tiff = new DataView(
      view.buffer,
      view.byteOffset + start,
      Math.min(length, view.byteLength - start),
    );
    const little = tiff.getUint16(0) === 0x4949;
    const directory = tiff.getUint32(4, little);
    for (let i = 0; i < tiff.getUint16(directory, little); i++) {
      const entry = directory + 2 + 12 * i;
      if (tiff.getUint16(entry, little) !== 0x0112) continue;
      const value = tiff.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // broken EXIF data: as if there were none
  }
  return 1;
}

/** Orientations 5 to 8 lie on their side. */
function upright(header: ImageHeader): ImageHeader {
  return header.orientation < 5 ? header : { ...header, width: header.height, height: header.width };
}

function readGif(view: DataView, bytes: Uint8Array): ImageHeader {
  const header = { ...plain, type: "image/gif", alpha: true } as const;
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  return { ...header, ...screen, ...gifFrames(view, bytes, screen) };
}

/** Frames up to the second, as far as the bytes reach; browsers widen the screen to a first frame that is larger. */
function gifFrames(
  view: DataView,
  bytes: Uint8Array,
  screen: { width: number; height: number },
): { width: number; height: number; animated: boolean } {
  let { width, height } = screen;
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const skipBlocks = (at: number): number => {
    while (at < bytes.length && bytes[at] !== 0) at += bytes[at]! + 1;
    return at + 1;
  };
  let frames = 0;
  for (let at = 13 + tableBytes(view.getUint8(10)); at + 10 < bytes.length && frames < 2;) {
    if (bytes[at] === 0x21) {
      at = skipBlocks(at + 2);
    } else if (bytes[at] === 0x2c) {
      if (frames++ === 0) {
        width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
        height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      }
      at = skipBlocks(at + 11 + tableBytes(bytes[at + 9]!));
    } else {
      break;
    }
  }
  return { width, height, animated: frames > 1 };
}

function readWebp(view: DataView, bytes: Uint8Array): ImageHeader | null {
  const type = "image/webp";
  if (startsWith(bytes, "VP8X", 12)) {
    const flags = view.getUint8(20);
    const size = (at: number) => 1 + view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
    const alpha = (flags & 0x10) !== 0;
    return { ...plain, type, width: size(24), height: size(27), alpha, animated: (flags & 0x02) !== 0 };
  }
  if (startsWith(bytes, "VP8L", 12)) {
    const bits = view.getUint32(21, true);
    return { ...plain, type, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, alpha: true };
  }
  if (startsWith(bytes, "VP8 ", 12)) {
    const [width, height] = [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    return { ...plain, type, width, height };
  }
  return null;
}

function readBmp(view: DataView): ImageHeader | null {
  const headerBytes = view.getUint32(14, true);
  if (headerBytes < 12 || headerBytes > 256) return null;
  const old = headerBytes === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = old ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true)); // negative: top row first
  return width > 0 && height > 0 ? { ...plain, type: "image/bmp", width, height } : null;
}

function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
