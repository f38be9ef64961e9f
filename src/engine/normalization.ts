/** Between pixels (bytes) and images (normalised floats): x = (pixel / 255 - mean) / std per channel. */
import type { ImageShape } from "@/shared/dataset";

export interface Normalization {
  mean: readonly number[]; // per channel, of pixels scaled to [0, 1]
  std: readonly number[];
}

/** One table of 256 floats per channel, so that a batch is normalised by look-up. */
export function normalizationTables({ mean, std }: Normalization): Float32Array[] {
  return mean.map((m, channel) =>
    Float32Array.from({ length: 256 }, (_, pixel) => (pixel / 255 - m) / Math.max(std[channel] ?? 1, 1e-6)),
  );
}

/** Writes the normalised form of `pixels` to `out`, starting at `offset`; channels are interleaved. */
export function normalize(
  pixels: Uint8Array,
  tables: readonly Float32Array[],
  out: Float32Array,
  offset: number,
): void {
  if (tables.length === 1) {
    const table = tables[0]!;
    for (let i = 0; i < pixels.length; i++) out[offset + i] = table[pixels[i]!]!;
    return;
  }
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  for (let i = 0; i + 2 < pixels.length; i += 3) {
    out[offset + i] = red[pixels[i]!]!;
    out[offset + i + 1] = green[pixels[i + 1]!]!;
    out[offset + i + 2] = blue[pixels[i + 2]!]!;
  }
}

/**
 * A picture of normalised images for the eye: RGBA bytes, rounded to the nearest and clipped to 0..255.
 * @param images NHWC
 */
export function toPixels(
  images: Float32Array,
  shape: ImageShape,
  { mean, std }: Normalization,
): Uint8ClampedArray<ArrayBuffer> {
  const { channels } = shape;
  const count = images.length / channels;
  const rgba = new Uint8ClampedArray(count * 4);
  const byte = (i: number, channel: number): number =>
    255 * (images[i * channels + channel]! * Math.max(std[channel] ?? 1, 1e-6) + (mean[channel] ?? 0));
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = byte(i, channels === 1 ? 0 : c);
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}
