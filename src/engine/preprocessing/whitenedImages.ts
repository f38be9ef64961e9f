/** ZCA whitening of a dataset: fitted to its training images, which are kept whitened, as floats. */
import * as tf from "@tensorflow/tfjs";
import { pixelsPerImage, type ImageShape, type Split } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { NetworkImages, PixelsByClass } from "./networkImages";
import { fitWhitening, unwhiten, whiten, type Whitening } from "./zca";

/** Images that are whitened at a time. */
export const WHITENING_BATCH = 500;

type FloatsByClass = Readonly<Record<Split, readonly Float32Array[]>>;

/** The contract for images that are whitened once, when they are loaded. */
export class WhitenedImages implements NetworkImages {
  private readonly size: number;

  constructor(
    private readonly shape: ImageShape,
    private readonly whitening: Whitening,
    private readonly images: FloatsByClass,
  ) {
    this.size = pixelsPerImage(shape);
  }

  counts(split: Split): number[] {
    return this.images[split].map((images) => images.length / this.size);
  }

  copy(split: Split, label: number, index: number, out: Float32Array, at: number): void {
    out.set(this.images[split][label]!.subarray(index * this.size, (index + 1) * this.size), at);
  }

  mean(label: number): Float32Array {
    const images = this.images.train[label]!;
    const sums = new Float64Array(this.size);
    for (let i = 0; i < images.length; i++) sums[i % this.size]! += images[i]!;
    return Float32Array.from(sums, (sum) => (sum * this.size) / images.length);
  }

  ofClasses(classes: readonly number[]): WhitenedImages {
    const part = (split: Split) => classes.map((label) => this.images[split][label]!);
    return new WhitenedImages(this.shape, this.whitening, { train: part("train"), test: part("test") });
  }

  fromBytes(bytes: Uint8Array): tf.Tensor4D {
    const { height, width, channels } = this.shape;
    return tf.tidy(() => whiten(this.whitening, toUnit(bytes)).reshape([-1, height, width, channels]));
  }

  async toBytes(images: Float32Array): Promise<Uint8ClampedArray<ArrayBuffer>> {
    return Uint8ClampedArray.from(await unwhiten(this.whitening, images), (value) => 255 * value);
  }
}

/**
 * Fits the whitening to the training images and whitens all of them; yields how far it is.
 * @throws UserError when the images are too large, or the floats of all need more than `budgetBytes`
 */
export async function* whitenImages(
  name: string,
  shape: ImageShape,
  pixels: PixelsByClass,
  budgetBytes: number,
): AsyncGenerator<{ share: number }, WhitenedImages> {
  const size = pixelsPerImage(shape);
  const bytes = 4 * [...pixels.train, ...pixels.test].reduce((sum, own) => sum + own.length, 0);
  if (bytes > budgetBytes)
    throw new UserError(
      `The whitened images of "${name}" need ${(bytes / 1e9).toFixed(1)} GB of memory, more than the ${(budgetBytes / 1e9).toFixed(1)} GB there are.`,
      'Import fewer images, or choose "Mean and standard deviation" as the preprocessing.',
    );
  const fitting = fitWhitening(() => batchesOf(pixels.train, size), size);
  let next = await fitting.next();
  for (; !next.done; next = await fitting.next()) yield { share: 0.8 * next.value };
  const whitening = next.value;
  const images = { train: [] as Float32Array[], test: [] as Float32Array[] };
  let done = 0;
  for (const split of ["train", "test"] as const)
    for (const own of pixels[split]) {
      const whitened = new Float32Array(own.length);
      let at = 0;
      for (const batch of batchesOf([own], size)) {
        const rows = whiten(whitening, batch);
        whitened.set(await rows.data<"float32">(), at);
        rows.dispose();
        at += batch.length;
        done += 4 * batch.length;
        yield { share: 0.8 + (0.2 * done) / bytes };
      }
      images[split].push(whitened);
    }
  return new WhitenedImages(shape, whitening, images);
}

function* batchesOf(classes: readonly Uint8Array[], size: number): Generator<Float32Array> {
  for (const pixels of classes)
    for (let at = 0; at < pixels.length; at += WHITENING_BATCH * size)
      yield toUnit(pixels.subarray(at, at + WHITENING_BATCH * size));
}

const toUnit = (bytes: Uint8Array): Float32Array => Float32Array.from(bytes, (byte) => byte / 255);
