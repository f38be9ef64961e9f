/**
 * From the numbers of an array to bytes, 0 … 255. What the numbers mean is told by a normalisation beside them, or by
 * their range: 0 … 255, 0 … 1, or something else, which is normalised in a way that nothing tells.
 */
import { UserError } from "@/shared/errors";
import type { ImageLayout } from "./imageLayout";
import { itemBytes, numbersOf, type SourceArray } from "./sourceArray";

/** Per channel: a byte is round(255 · clamp(x · scale + offset, 0, 1)). Null: the values are bytes. */
export type Brightness = { scale: number[]; offset: number[] } | null;

/** x = (brightness − mean) / std, per channel, of brightness 0 … 1. */
export interface Normalisation {
  mean: number[];
  std: number[];
}

interface ValueRange {
  low: number[];
  high: number[];
}

/** A stack of images and how it lies in its array. */
export interface ImageArray {
  source: SourceArray;
  layout: ImageLayout;
}

const CHUNK_BYTES = 1 << 20;

/** How many images of an array are read at once. */
export function imagesAtOnce({ source, layout }: ImageArray): { count: number; bytes: number } {
  const { height, width, channels } = layout.shape;
  const bytes = height * width * channels * itemBytes(source.kind);
  return { count: Math.max(1, Math.floor(CHUNK_BYTES / bytes)), bytes };
}

/**
 * @param images of all splits: they get one mapping
 * @throws UserError for values that are no numbers
 */
export async function findBrightness(
  images: readonly ImageArray[],
  normalisation: Normalisation | null,
  signal: AbortSignal,
): Promise<{ brightness: Brightness; note: string }> {
  if (images.every(({ source }) => source.kind === "uint8")) return { brightness: null, note: "" };
  const { channels } = images[0]!.layout.shape;
  const same = (value: number) => new Array<number>(channels).fill(value);
  const range: ValueRange = { low: same(Infinity), high: same(-Infinity) };
  for (const image of images) await widenRange(range, image, signal);
  if (normalisation?.mean.length === channels && normalisation.std.length === channels) {
    return {
      brightness: { scale: normalisation.std, offset: normalisation.mean },
      note: "The normalisation that is told beside the images was taken back.",
    };
  }
  const [low, high] = [Math.min(...range.low), Math.max(...range.high)];
  if (low >= 0 && high <= 1)
    return {
      brightness: { scale: same(1), offset: same(0) },
      note: "Values from 0 to 1 were taken as black to white.",
    };
  if (low >= 0 && high <= 255)
    return {
      brightness: { scale: same(1 / 255), offset: same(0) },
      note: "Values from 0 to 255 were taken as bytes.",
    };
  const scale = range.low.map((least, c) => 1 / (range.high[c]! - least || 1));
  return {
    brightness: { scale, offset: range.low.map((least, c) => -least * scale[c]!) },
    note: `The values are normalised (${shortly(low)} to ${shortly(high)}) and nothing tells how: in each channel the least became black and the greatest white.`,
  };
}

const shortly = (value: number): string => String(Number(value.toPrecision(3))).replace("-", "−");

async function widenRange({ low, high }: ValueRange, image: ImageArray, signal: AbortSignal): Promise<void> {
  const { source, layout } = image;
  const { channels, height, width } = layout.shape;
  const plane = layout.isPlanar ? height * width : 1; // values until the next channel
  const atOnce = imagesAtOnce(image);
  const reader = await source.open();
  try {
    for (let start = 0; start < layout.count; start += atOnce.count) {
      signal.throwIfAborted();
      const n = Math.min(atOnce.count, layout.count - start);
      const values = numbersOf(await reader.read(n * atOnce.bytes), source.kind);
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (!Number.isFinite(value))
          throw new UserError(
            `${source.where} holds ${value} (image ${start + Math.floor((i * n) / values.length)}).`,
            "Replace what is no number before saving: np.nan_to_num(images).",
          );
        const c = Math.floor(i / plane) % channels;
        if (value < low[c]!) low[c] = value;
        if (value > high[c]!) high[c] = value;
      }
    }
  } finally {
    await reader.cancel();
  }
}

/** `count` images of an array as bytes [count, height, width, channels]. */
export function toPixels(
  values: ArrayLike<number>,
  count: number,
  { shape, isPlanar }: ImageLayout,
  brightness: Brightness,
): Uint8Array {
  if (!brightness && !isPlanar && values instanceof Uint8Array) return values;
  const { channels } = shape;
  const plane = shape.height * shape.width;
  const pixels = new Uint8Array(count * plane * channels);
  for (let image = 0; image < count; image++) {
    const start = image * plane * channels;
    for (let c = 0; c < channels; c++) {
      const [scale, offset] = brightness ? [brightness.scale[c]!, brightness.offset[c]!] : [1 / 255, 0];
      const [first, step] = isPlanar ? [start + c * plane, 1] : [start + c, channels];
      for (let p = 0; p < plane; p++) {
        const share = values[first + p * step]! * scale + offset;
        pixels[start + p * channels + c] = Math.round(Math.min(Math.max(share, 0), 1) * 255);
      }
    }
  }
  return pixels;
}
