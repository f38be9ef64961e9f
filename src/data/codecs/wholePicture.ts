/** Whether an encoded picture is there to its end, for decoders that would show a part of one that is cut short. */
import { crc32 } from "./crc32";

/** Cheap checks: of a PNG every chunk's CRC, of a JPEG its end marker, of a WebP its announced length. */
export function isWhole(bytes: Uint8Array, type: string): boolean {
  switch (type) {
    case "image/png":
      return pngEnds(bytes);
    case "image/jpeg":
      return jpegEnds(bytes);
    case "image/webp":
      return bytes.length >= 8 + viewOf(bytes).getUint32(4, true);
    default:
      return true;
  }
}

function pngEnds(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length || crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) return false;
    if (view.getUint32(at + 4) === 0x49454e44) return true; // IEND
    at = end + 4;
  }
  return false;
}

/** Behind the first scan; a thumbnail among the headers has an end of its own. */
function jpegEnds(bytes: Uint8Array): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at + 1] !== 0xda) at += 2 + (bytes[at + 2]! << 8) + bytes[at + 3]!;
  for (let end = bytes.length - 1; end > at + 2; end--)
    if (bytes[end] === 0xd9 && bytes[end - 1] === 0xff) return true;
  return false;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
