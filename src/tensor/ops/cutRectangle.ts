import * as tf from "@tensorflow/tfjs";

/** Rows [top, bottom) and columns [left, right); may reach outside the image; empty when top = bottom. */
export interface Rectangle {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/**
 * Sets one rectangle of each image to zero; differentiable.
 * Only n (h + w) numbers go to the backend: the mask is 1 - rows × columns.
 * @param images [n, h, w, channels]
 * @param rectangles one per image
 */
export function cutRectangle(images: tf.Tensor4D, rectangles: readonly Rectangle[]): tf.Tensor4D {
  const [n, height, width] = images.shape;
  if (rectangles.length !== n)
    throw new Error(`cutRectangle(): expected ${n} rectangles for ${n} images, got ${rectangles.length}`);
  const rows = new Float32Array(n * height);
  const columns = new Float32Array(n * width);
  rectangles.forEach(({ top, bottom, left, right }, image) => {
    rows.fill(1, image * height + inside(top, height), image * height + inside(bottom, height));
    columns.fill(1, image * width + inside(left, width), image * width + inside(right, width));
  });
  const cut = tf.tensor4d(rows, [n, height, 1, 1]).mul(tf.tensor4d(columns, [n, 1, width, 1])); // 1 where cut
  return images.mul(tf.sub(1, cut));
}

const inside = (index: number, size: number): number => Math.min(Math.max(index, 0), size);
