/** Brings a decoded picture to the size and channels of a dataset, by one of three policies. */
import { pixelsPerImage, type ImageShape } from "@/shared/dataset";
import type { Fit } from "@/shared/importChoices";
import type { DecodedImage } from "./imageDecoder";
import { makeTaps, resampleColumns, resampleRows, type Taps } from "./resample";

/** A part that is read back at once, so that a photo never lies in memory whole. */
const STRIP_PIXELS = 1 << 20;

interface Size {
  width: number;
  height: number;
}
interface Box extends Size {
  left: number;
  top: number;
}

/** The largest centred box with the aspect of `target`. */
export function centreCrop({ width, height }: Size, target: Size): Box {
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

/** The largest size with the aspect of an image that fits into `target`. */
export function insideSize({ width, height }: Size, target: Size): Size {
  const scale = Math.min(target.width / width, target.height / height);
  return {
    width: Math.min(target.width, Math.max(1, Math.round(width * scale))),
    height: Math.min(target.height, Math.max(1, Math.round(height * scale))),
  };
}

/**
 * "crop" takes the largest centred part of the wanted aspect, "stretch" the whole picture whatever its aspect, "pad"
 * the whole picture in its own aspect, centred between black bars.
 * @returns pixels [height, width, channels] of `shape`
 */
export function fitImage(image: DecodedImage, shape: ImageShape, fit: Fit = "crop"): Uint8Array {
  const whole = { left: 0, top: 0, width: image.width, height: image.height };
  switch (fit) {
    case "crop":
      return scaleBox(image, centreCrop(image, shape), shape);
    case "stretch":
      return scaleBox(image, whole, shape);
    case "pad": {
      const inside = { ...shape, ...insideSize(image, shape) };
      return centred(scaleBox(image, whole, inside), inside, shape);
    }
    default:
      throw new Error(`fitImage(): unknown policy ${String(fit satisfies never)}`);
  }
}

/** A part of a picture, scaled. @returns pixels [height, width, channels] of `shape` */
function scaleBox(image: DecodedImage, box: Box, shape: ImageShape): Uint8Array {
  const { channels } = shape;
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

/** `pixels` of the size `inside` in the middle of black ones of the size `shape`. */
function centred(pixels: Uint8Array, inside: ImageShape, shape: ImageShape): Uint8Array {
  if (inside.width === shape.width && inside.height === shape.height) return pixels;
  const out = new Uint8Array(pixelsPerImage(shape));
  const left = Math.floor((shape.width - inside.width) / 2);
  const top = Math.floor((shape.height - inside.height) / 2);
  const rowBytes = inside.width * inside.channels;
  for (let y = 0; y < inside.height; y++)
    out.set(
      pixels.subarray(y * rowBytes, (y + 1) * rowBytes),
      ((top + y) * shape.width + left) * shape.channels,
    );
  return out;
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
