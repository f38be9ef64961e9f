import * as tf from "@tensorflow/tfjs";
import type { ImageShape, ImageSource, Split } from "@/shared/dataset";
import { pixelsPerImage } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { Random } from "@/shared/random";
import type { NetworkImages, Preprocessing } from "./preprocessing/networkImages";
import { NormalizedImages } from "./preprocessing/normalizedImages";
import { whitenImages } from "./preprocessing/whitenedImages";
import { relay } from "./relay";

export interface LoadOptions {
  signal?: AbortSignal;
  /** Default "standard". */
  preprocessing?: Preprocessing;
  /** Refuse datasets that need more host memory than this. */
  budgetBytes?: number;
}

/** How far loading is. */
export interface LoadProgress {
  step: "Loading images" | "Whitening images";
  done: number;
  total: number;
}

/** A batch of real images, class after class. */
export interface RealBatch {
  images: tf.Tensor4D; // [sum of counts, height, width, channels], normalised
  /** Images of each class. */
  counts: number[];
}

const BUDGET_BYTES = 1.5e9;

/** The real images in host memory, grouped by class, as networks get them; batches are made when they are drawn. */
export class RealData {
  constructor(
    readonly shape: ImageShape,
    readonly classNames: readonly string[],
    readonly preprocessed: NetworkImages,
  ) {}

  /** Images of each class in a split. */
  counts(split: Split): number[] {
    return this.preprocessed.counts(split);
  }

  /**
   * Draws `min(count, class size)` different training images of each class; the caller disposes the images.
   * @param classes which classes, in this order; default all
   */
  drawPerClass(
    count: number,
    random: Random,
    classes: readonly number[] = [...this.classNames.keys()],
  ): RealBatch {
    const sizes = this.counts("train");
    const rows = classes.map((label) => {
      const size = sizes[label] ?? 0;
      return { label, indices: random.choose(size, Math.min(count, size)) };
    });
    return { images: this.gather("train", rows), counts: rows.map(({ indices }) => indices.length) };
  }

  /** These training images of a class, in this order; the caller disposes them. */
  imagesOf(label: number, indices: ArrayLike<number>): tf.Tensor4D {
    return this.gather("train", [{ label, indices }]);
  }

  /** The mean of a class's training images [height, width, channels], as networks get images. */
  meanImage(label: number): Float32Array {
    return this.preprocessed.mean(label);
  }

  /** The same images of these classes alone, which become classes 0, 1, 2, … in this order. */
  ofClasses(classes: readonly number[]): RealData {
    const names = classes.map((label) => this.classNames[label]!);
    return new RealData(this.shape, names, this.preprocessed.ofClasses(classes));
  }

  /** One pass over the training images in random order, in batches; the caller disposes the images. */
  *trainBatches(size: number, random: Random): Generator<{ images: tf.Tensor4D; labels: Int32Array }> {
    const all = this.counts("train").flatMap((count, label) =>
      Array.from({ length: count }, (_, index) => ({ label, indices: [index] })),
    );
    const order = Array.from(random.permutation(all.length), (i) => all[i]!);
    for (let start = 0; start < order.length; start += size) {
      const part = order.slice(start, start + size);
      yield { images: this.gather("train", part), labels: Int32Array.from(part, ({ label }) => label) };
    }
  }

  /** The test split in batches, class after class; the caller disposes the images. */
  *testBatches(size: number): Generator<{ images: tf.Tensor4D; labels: Int32Array }> {
    const order = this.counts("test").flatMap((count, label) =>
      Array.from({ length: count }, (_, index) => ({ label, index })),
    );
    for (let start = 0; start < order.length; start += size) {
      const part = order.slice(start, start + size);
      yield {
        images: this.gather(
          "test",
          part.map(({ label, index }) => ({ label, indices: [index] })),
        ),
        labels: Int32Array.from(part, ({ label }) => label),
      };
    }
  }

  private gather(split: Split, rows: { label: number; indices: ArrayLike<number> }[]): tf.Tensor4D {
    const size = pixelsPerImage(this.shape);
    const total = rows.reduce((sum, { indices }) => sum + indices.length, 0);
    const values = new Float32Array(total * size);
    let at = 0;
    for (const { label, indices } of rows) {
      for (const index of Array.from(indices)) {
        this.preprocessed.copy(split, label, index, values, at);
        at += size;
      }
    }
    return tf.tensor4d(values, [total, this.shape.height, this.shape.width, this.shape.channels]);
  }
}

/**
 * Reads a whole dataset into memory, saying how far it is.
 * @throws UserError when it does not fit, or when fewer than two classes have training images;
 *   an AbortError when `signal` is aborted
 */
export async function* loadRealData(
  source: ImageSource,
  { signal, preprocessing = "standard", budgetBytes = BUDGET_BYTES }: LoadOptions = {},
): AsyncGenerator<LoadProgress, RealData> {
  const { shape, counts, classNames, name } = source.info;
  const size = pixelsPerImage(shape);
  const sum = (split: Split): number => counts[split].reduce((a, b) => a + b, 0);
  const total = sum("train") + sum("test");
  if (total * size > budgetBytes)
    throw new UserError(
      `"${name}" needs ${gigabytes(total * size)} of memory, more than the ${gigabytes(budgetBytes)} there are.`,
      "Import it with a smaller image size or fewer images.",
    );
  if (counts.train.filter((count) => count > 0).length < classNames.length)
    throw new UserError(
      `"${name}" has no training images of "${classNames[counts.train.findIndex((n) => n === 0)]}".`,
      "Import it again without that class, or with a smaller test share.",
    );
  const pixels = { train: [] as Uint8Array[], test: [] as Uint8Array[] };
  let done = 0;
  for (const split of ["train", "test"] as const) {
    pixels[split] = classNames.map((_, label) => new Uint8Array((counts[split][label] ?? 0) * size));
    const filled = classNames.map(() => 0);
    for await (const chunk of source.chunks(split, signal)) {
      signal?.throwIfAborted();
      chunk.labels.forEach((label, i) => {
        const target = pixels[split][label];
        if (!target || filled[label]! + size > target.length)
          throw new UserError(
            `"${name}" holds more images of class ${label} than it says.`,
            "Import it again.",
          );
        target.set(chunk.pixels.subarray(i * size, (i + 1) * size), filled[label]);
        filled[label]! += size;
      });
      done += chunk.labels.length;
      yield { step: "Loading images", done, total };
    }
    if (filled.some((bytes, label) => bytes !== pixels[split][label]!.length))
      throw new UserError(`"${name}" holds fewer ${split} images than it says.`, "Import it again.");
  }
  if (preprocessing === "standard")
    return new RealData(shape, classNames, new NormalizedImages(shape, source.info, pixels));
  const whitening = whitenImages(name, shape, pixels, budgetBytes);
  return new RealData(
    shape,
    classNames,
    yield* relay(whitening, ({ share }): LoadProgress => {
      signal?.throwIfAborted();
      return { step: "Whitening images", done: Math.round(share * total), total };
    }),
  );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
