/** A small labelled dataset in memory for tests and benches: no files, no store. */
import type { DatasetInfo, ImageChunk, ImageShape, ImageSource, Split } from "@/shared/dataset";
import { pixelsPerImage } from "@/shared/dataset";
import { Random } from "@/shared/random";

/** Images of one split, in any order. */
export interface LabelledPixels {
  pixels: Uint8Array; // [n, height, width, channels]
  labels: ArrayLike<number>;
}

/** An `ImageSource` over arrays. */
export function memorySource(
  name: string,
  shape: ImageShape,
  classNames: string[],
  splits: Record<Split, LabelledPixels>,
  normalization: { mean: number[]; std: number[] },
): ImageSource {
  const counts = (split: Split): number[] =>
    classNames.map((_, label) => Array.from(splits[split].labels).filter((other) => other === label).length);
  const info: DatasetInfo = {
    id: name,
    name,
    source: "memory",
    shape,
    classNames,
    counts: { train: counts("train"), test: counts("test") },
    bytes: splits.train.pixels.length + splits.test.pixels.length,
    createdAt: 0,
    fingerprint: name,
    ...normalization,
  };
  return {
    info,
    // eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, memory is not
    async *chunks(split): AsyncGenerator<ImageChunk> {
      const { pixels, labels } = splits[split];
      const size = pixelsPerImage(shape);
      for (let start = 0; start < labels.length; start += 1000) {
        const part = Array.from(labels).slice(start, start + 1000);
        yield {
          split,
          shape,
          pixels: pixels.subarray(start * size, (start + part.length) * size),
          labels: Uint16Array.from(part),
        };
      }
    },
  };
}

/** Noisy stripes, a frequency and direction per class: easy to tell apart for a network, deterministic. */
export function stripes(
  shape: ImageShape,
  classes: number,
  counts: Record<Split, number>,
  seed = 1,
): ImageSource {
  const make = (split: Split): LabelledPixels => {
    const random = new Random(seed).fork(split);
    const labels = Array.from({ length: classes * counts[split] }, (_, i) => i % classes);
    const pixels = new Uint8Array(labels.length * pixelsPerImage(shape));
    let at = 0;
    for (const label of labels) {
      const angle = (Math.PI * label) / classes;
      const phase = random.between(0, 2 * Math.PI);
      for (let y = 0; y < shape.height; y++)
        for (let x = 0; x < shape.width; x++)
          for (let channel = 0; channel < shape.channels; channel++) {
            const wave = Math.sin(1.6 * (x * Math.cos(angle) + y * Math.sin(angle)) + phase + channel);
            pixels[at++] = Math.max(0, Math.min(255, 128 + 70 * wave + 30 * random.normal()));
          }
    }
    return { pixels, labels };
  };
  const classNames = Array.from({ length: classes }, (_, label) => `stripe ${label}`);
  const flat = (value: number): number[] => new Array<number>(shape.channels).fill(value);
  return memorySource(
    "stripes",
    shape,
    classNames,
    { train: make("train"), test: make("test") },
    { mean: flat(0.5), std: flat(0.25) },
  );
}
