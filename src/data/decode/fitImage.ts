/** Brings a decoded picture to the size and channels of a dataset: the largest centred part of the wanted aspect. */
import { pixelsPerImage, type ImageShape } from "@/shared/dataset";
import type { DecodedImage } from "./imageDecoder";
import { makeTaps, resampleColumns, resampleRows, type Taps } from "./resample";

/** A part that is read back at once, so that a photo never lies in memory whole. */
const STRIP_PIXELS = 1 << 20;

/** The largest centred box with the aspect of `target`. */
export function centreCrop(
  { width, height }: { width: number; height: number },
  target: { width: number; height: number },
): { left: number; top: number; width: number; height: number } {
  const scale = Math.min(width / target.width, height / target.height);
  const cropWidth = Math.min(width, Math.max(1, Math.round(target.width * scale)));
  const cropHeight = Math.min(height, Math.max(1, Math.round(target.height * scale)));
  return {
    left: Math.floor((width - cropWidth) / 2),
    top: Math.floor((height - cropHeight) / 2),
    width: cropWidth,
    height: cropHeight,
  };
}

/** @returns pixels [height, width, channels] of `shape` */
export function fitImage(image: DecodedImage, shape: ImageShape): Uint8Array {
  const { channels } = shape;
  const box = centreCrop(image, shape);
  if (box.width === shape.width && box.height === shape.height) {
    const pixels = new Uint8Array(pixelsPerImage(shape));
    takeChannels(image.read(box.left, box.top, box.width, box.height), channels, pixels);
    return pixels;
  }
  const across = tapsFor(box.width, shape.width);
  const down = tapsFor(box.height, shape.height);
  const narrow = new Uint8Array(box.height * shape.width * channels); // [box.height, shape.width, channels]
  const rowsAtOnce = Math.max(1, Math.floor(STRIP_PIXELS / box.width));
  for (let row = 0; row < box.height; row += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, box.height - row);
    const strip = new Uint8Array(rows * box.width * channels);
    takeChannels(image.read(box.left, box.top + row, box.width, rows), channels, strip);
    resampleRows(strip, box.width, channels, across, narrow, row);
  }
  return resampleColumns(narrow, shape.width * channels, down);
}

/**
 * RGBA to RGB or grey. Grey is ITU-R 601 luma in Pillow's fixed point, which leaves R = G = B as it is:
 *   L = (19595 R + 38470 G + 7471 B + 2^15) / 2^16
 */
export function takeChannels(rgba: Uint8ClampedArray, channels: 1 | 3, out: Uint8Array): void {
  if (channels === 3) {
    for (let i = 0, o = 0; i < rgba.length; i += 4, o += 3) {
      out[o] = rgba[i]!;
      out[o + 1] = rgba[i + 1]!;
      out[o + 2] = rgba[i + 2]!;
    }
    return;
  }
  for (let i = 0, o = 0; i < rgba.length; i += 4, o++) {
    out[o] = (19595 * rgba[i]! + 38470 * rgba[i + 1]! + 7471 * rgba[i + 2]! + 0x8000) >> 16;
  }
}

/** Datasets have few sizes: the weights of the last ones are kept. */
const recent = new Map<string, Taps>();
const MAX_RECENT = 64;

function tapsFor(from: number, to: number): Taps {
  const key = `${from}>${to}`;
  let taps = recent.get(key);
  if (!taps) {
    taps = makeTaps(from, to);
    if (recent.size >= MAX_RECENT) recent.clear();
    recent.set(key, taps);
  }
  return taps;
}
