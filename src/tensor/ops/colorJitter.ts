import * as tf from "@tensorflow/tfjs";

/** The colour change of one image; (0, 1, 1) changes nothing. */
export interface ColorChange {
  /** Added to every value. */
  brightness: number;
  /** Factor of the distance to the grey of the pixel. */
  saturation: number;
  /** Factor of the distance to the grey of the image. */
  contrast: number;
}

/**
 * Brightness, saturation and contrast, one after the other, each image with its own numbers:
 *
 *   x₁ = x + b      x₂ = m₁ + s (x₁ - m₁), m₁ = mean over channels      y = M₂ + k (x₂ - M₂), M₂ = mean of the image
 *
 * Brightness passes through both means and saturation keeps M, so together
 *
 *   y = k s x + k (1 - s) mean_c(x) + (1 - k) mean(x) + b
 *
 * whose linear part is symmetric: the gradient is the same map without b. Nothing is clamped.
 * @param images [n, h, w, channels]
 * @param changes one per image
 */
export function colorJitter(images: tf.Tensor4D, changes: readonly ColorChange[]): tf.Tensor4D {
  const n = images.shape[0];
  if (changes.length !== n)
    throw new Error(`colorJitter(): expected ${n} changes for ${n} images, got ${changes.length}`);
  const column = (value: (change: ColorChange) => number): tf.Tensor4D =>
    tf.tensor4d(Float32Array.from(changes, value), [n, 1, 1, 1]);
  const linear = (x: tf.Tensor4D): tf.Tensor => {
    const pixelMean = x.shape[3] === 1 ? x : x.mean(3, true); // [n, h, w, 1]
    const imageMean = pixelMean.reshape([n, -1]).mean(1).reshape([n, 1, 1, 1]);
    if (x.shape[3] === 1)
      return x.mul(column((c) => c.contrast)).add(imageMean.mul(column((c) => 1 - c.contrast)));
    return x
      .mul(column((c) => c.contrast * c.saturation))
      .add(pixelMean.mul(column((c) => c.contrast * (1 - c.saturation))))
      .add(imageMean.mul(column((c) => 1 - c.contrast)));
  };
  const jitter = tf.customGrad((x) => ({
    value: linear(x as tf.Tensor4D).add(column((c) => c.brightness)),
    gradFunc: (dy) => linear(dy as tf.Tensor4D),
  }));
  return jitter(images) as tf.Tensor4D;
}
