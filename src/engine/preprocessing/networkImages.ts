/** The contract of preprocessing: real images as networks get them, and the way back to pictures. */
import type * as tf from "@tensorflow/tfjs";
import type { Split } from "@/shared/dataset";

/** "standard": mean and standard deviation per channel; "zca": whitened by the training images. */
export type Preprocessing = "standard" | "zca";

/** Pixels by split and class: bytes of all its images, [n, height, width, channels]. */
export type PixelsByClass = Readonly<Record<Split, readonly Uint8Array[]>>;

/** The images of a dataset on the host, grouped by class. */
export interface NetworkImages {
  /** Images of each class in a split. */
  counts(split: Split): number[];
  /** Writes image `index` of a class, [height, width, channels], to `out` from `at` on. */
  copy(split: Split, label: number, index: number, out: Float32Array, at: number): void;
  /** The mean of a class's training images, [height, width, channels]. */
  mean(label: number): Float32Array;
  /** The same images of these classes alone. */
  ofClasses(classes: readonly number[]): NetworkImages;
  /** Images as networks get them, [n, height, width, channels], from bytes; the caller disposes them. */
  fromBytes(bytes: Uint8Array): tf.Tensor4D;
  /** The way back: bytes [n, height, width, channels], rounded to the nearest and clipped to 0..255. */
  toBytes(images: Float32Array): Promise<Uint8ClampedArray<ArrayBuffer>>;
}
