/** What whitening a dataset takes, from its sizes alone: D numbers per image, B images at a time (`zca.ts`). */
import { pixelsPerImage, type DatasetInfo } from "@/shared/dataset";
import { WHITENING_BATCH } from "./whitenedImages";

/** D x D matrices alive at once while a step of the roots is computed. */
const ROOT_MATRICES = 7;
/** The covariance so far, what a batch adds to it, and their sum. */
const COVARIANCE_MATRICES = 3;
/** About as many as the iteration takes on natural images. */
const ROOT_STEPS = 15;
const PRODUCTS_PER_STEP = 3;

/** Numbers on the backend at the largest moment of fitting and whitening. */
export function whiteningNumbers({ shape, counts }: DatasetInfo): number {
  const size = pixelsPerImage(shape);
  const batch = Math.min(WHITENING_BATCH, Math.max(...counts.train, ...counts.test));
  const matrix = size * size;
  // a batch lies there twice: centred and transposed, or centred and whitened
  return Math.max(ROOT_MATRICES * matrix, COVARIANCE_MATRICES * matrix + 2 * batch * size);
}

/** Numbers on the backend while `images` are brought back to bytes: whitened, multiplied, and with their mean again. */
export function unwhiteningNumbers({ shape }: DatasetInfo, images: number): number {
  const size = pixelsPerImage(shape);
  return size * size + 3 * images * size;
}

/**
 * Rows of D numbers that are multiplied by a D x D matrix: the training images for their covariance, D per product of the
 * roots, and every image once more.
 */
export function whiteningRows({ shape, counts }: DatasetInfo): number {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const train = sum(counts.train);
  return 2 * train + sum(counts.test) + ROOT_STEPS * PRODUCTS_PER_STEP * pixelsPerImage(shape);
}
