/** Keeps the first training images of each class while they pass by, as small as needed to fit a few MiB. */
import type { ImageShape } from "@/shared/dataset";
import type { DatasetPreview } from "@/shared/importing";
import type { StoredPreview } from "./migrations";

const PER_CLASS = 10;
const BUDGET = 8 * 2 ** 20;

export class PreviewCollector {
  private readonly stored: StoredPreview;
  private readonly step: number;
  private missing: number;

  constructor(
    private readonly shape: ImageShape,
    classes: number,
    perClass = PER_CLASS,
    budget = BUDGET,
  ) {
    const { height, width, channels } = shape;
    const imageBytes = height * width * channels;
    const kept = Math.max(1, Math.min(perClass, Math.floor(budget / (classes * imageBytes))));
    this.step = Math.max(1, Math.ceil(Math.sqrt((classes * kept * imageBytes) / budget))); // every n-th pixel
    const small = { height: Math.ceil(height / this.step), width: Math.ceil(width / this.step) };
    this.missing = classes * kept;
    this.stored = {
      perClass: kept,
      ...small,
      channels,
      pixels: new Uint8Array(classes * kept * small.height * small.width * channels),
      counts: new Array<number>(classes).fill(0),
    };
  }

  /** @param pixels [n, height, width, channels] */
  add(pixels: Uint8Array, labels: ArrayLike<number>): void {
    if (this.missing === 0) return;
    const imageBytes = pixels.length / labels.length;
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      const place = this.stored.counts[label]!;
      if (place >= this.stored.perClass) continue;
      this.stored.counts[label]!++;
      this.missing--;
      this.keep(pixels.subarray(i * imageBytes, (i + 1) * imageBytes), label * this.stored.perClass + place);
    }
  }

  result(): StoredPreview {
    return this.stored;
  }

  private keep(image: Uint8Array, slot: number): void {
    const { width, height, channels, pixels } = this.stored;
    let out = slot * width * height * channels;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = (y * this.step * this.shape.width + x * this.step) * channels;
        for (let c = 0; c < channels; c++) pixels[out++] = image[from + c]!;
      }
    }
  }
}

/** The stored preview as RGBA for the eye; places that have no image are transparent. */
export function previewPixels(datasetId: string, stored: StoredPreview, perClass: number): DatasetPreview {
  const { width, height, channels, pixels, counts } = stored;
  const kept = Math.max(1, Math.min(Math.floor(perClass), stored.perClass));
  const image = width * height;
  const rgba = new Uint8ClampedArray(counts.length * kept * image * 4);
  counts.forEach((count, label) => {
    for (let i = 0; i < Math.min(kept, count); i++) {
      const from = (label * stored.perClass + i) * image * channels;
      const to = (label * kept + i) * image * 4;
      for (let p = 0; p < image; p++) {
        for (let c = 0; c < 3; c++)
          rgba[to + 4 * p + c] = pixels[from + p * channels + (channels === 3 ? c : 0)]!;
        rgba[to + 4 * p + 3] = 255;
      }
    }
  });
  return { datasetId, perClass: kept, width, height, pixels: rgba };
}
