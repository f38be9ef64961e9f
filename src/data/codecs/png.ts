/** PNG files of plain bytes, without gamma, colour profile or date: the same pixels give the same file. */
import { decode, encode } from "fast-png";
import { UserError } from "@/shared/errors";
import { MAX_DEFLATE_RATIO } from "./gzip";
import { readImageHeader } from "./imageHeader";

export interface PngImage {
  width: number;
  height: number;
  channels: 1 | 2 | 3 | 4;
  /** [height, width, channels], 0..255. */
  pixels: Uint8Array;
}

/** 1, 2, 3 or 4 channels are written as grey, grey with alpha, RGB and RGBA, 8 bit each. */
export function encodePng({ width, height, channels, pixels }: PngImage): Uint8Array<ArrayBuffer> {
  if (pixels.length !== width * height * channels)
    throw new Error(`encodePng(): expected ${width * height * channels} bytes, got ${pixels.length}`);
  return new Uint8Array(encode({ width, height, channels, depth: 8, data: pixels }));
}

/** @throws UserError when the file is broken or has more than 8 bits per channel */
export function decodePng(bytes: Uint8Array, where = "the PNG"): PngImage {
  const header = readImageHeader(bytes);
  if (header && header.width * header.height > MAX_DEFLATE_RATIO * bytes.length) {
    const size = `${header.width} × ${header.height}`;
    throw new UserError(
      `${where} cannot be read: ${bytes.length} bytes hold no ${size} pixels.`,
      "The file is damaged: export or save it again.",
    );
  }
  let image;
  try {
    image = decode(bytes, { checkCrc: true });
  } catch (error) {
    throw new UserError(
      `${where} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      "The file is damaged: export or save it again.",
    );
  }
  const { width, height, depth, channels, data, palette } = image;
  if (depth !== 8 || palette || !(data instanceof Uint8Array))
    throw new UserError(
      `${where} has a palette or ${depth} bits per channel.`,
      "Save it as 8-bit grey or RGB.",
    );
  return { width, height, channels: channels as PngImage["channels"], pixels: data };
}
