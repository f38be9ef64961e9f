/** Mean and standard deviation: x = (pixel / 255 - mean) / std per channel. */
import * as tf from "@tensorflow/tfjs";
import { pixelsPerImage, type ImageShape, type Split } from "@/shared/dataset";
import type { NetworkImages, PixelsByClass } from "./networkImages";

export interface Normalization {
  mean: readonly number[]; // per channel, of pixels scaled to [0, 1]
  std: readonly number[];
}

/** Kept as bytes; an image is normalised when it is copied. */
export class NormalizedImages implements NetworkImages {
  private readonly size: number;
  private readonly tables: Float32Array[];

  constructor(
    private readonly shape: ImageShape,
    private readonly normalization: Normalization,
    private readonly pixels: PixelsByClass,
  ) {
    this.size = pixelsPerImage(shape);
    this.tables = normalizationTables(normalization);
  }

  counts(split: Split): number[] {
    return this.pixels[split].map((pixels) => pixels.length / this.size);
  }

  copy(split: Split, label: number, index: number, out: Float32Array, at: number): void {
    const pixels = this.pixels[split][label]!;
    normalize(pixels.subarray(index * this.size, (index + 1) * this.size), this.tables, out, at);
  }

  mean(label: number): Float32Array {
    const pixels = this.pixels.train[label]!;
    const sums = new Float64Array(this.size);
    for (let i = 0; i < pixels.length; i++) sums[i % this.size]! += pixels[i]!;
    const count = pixels.length / this.size;
    const { mean, std } = this.normalization;
    return Float32Array.from(sums, (sum, i) => {
      const channel = i % this.shape.channels;
      return (sum / count / 255 - mean[channel]!) / Math.max(std[channel]!, 1e-6);
    });
  }

  ofClasses(classes: readonly number[]): NormalizedImages {
    const part = (split: Split) => classes.map((label) => this.pixels[split][label]!);
    return new NormalizedImages(this.shape, this.normalization, { train: part("train"), test: part("test") });
  }

  fromBytes(bytes: Uint8Array): tf.Tensor4D {
    const values = new Float32Array(bytes.length);
    normalize(bytes, this.tables, values, 0);
    const { height, width, channels } = this.shape;
    return tf.tensor4d(values, [bytes.length / this.size, height, width, channels]);
  }

  toBytes(images: Float32Array): Promise<Uint8ClampedArray<ArrayBuffer>> {
    const { channels } = this.shape;
    const { mean, std } = this.normalization;
    const bytes = new Uint8ClampedArray(images.length);
    for (let i = 0; i < images.length; i++) {
      const channel = i % channels;
      bytes[i] = 255 * (images[i]! * Math.max(std[channel] ?? 1, 1e-6) + (mean[channel] ?? 0));
    }
    return Promise.resolve(bytes);
  }
}

/** One table of 256 floats per channel, so that a batch is normalised by look-up. */
function normalizationTables({ mean, std }: Normalization): Float32Array[] {
  return mean.map((m, channel) =>
    Float32Array.from({ length: 256 }, (_, pixel) => (pixel / 255 - m) / Math.max(std[channel] ?? 1, 1e-6)),
  );
}

/** Writes the normalised form of `pixels` to `out`, starting at `offset`; channels are interleaved. */
function normalize(
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
