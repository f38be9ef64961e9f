import * as tf from "@tensorflow/tfjs";
import { MIX_COLORS } from "../kernels/mixColors";

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
  const mix = (x: tf.Tensor4D, withOffset: boolean): tf.Tensor => {
    const gains = changes.flatMap((change) => {
      const [own, ofPixel, ofImage, offset] = colorGains(change);
      return [own, ofPixel, ofImage, withOffset ? offset : 0];
    });
    const mean = x.reshape([n, -1]).mean(1, true);
    return tf.engine().runKernel(MIX_COLORS, { x, mean, gains: tf.tensor2d(gains, [n, 4]) });
  };
  const jitter = tf.customGrad((x) => ({
    value: mix(x as tf.Tensor4D, true),
    gradFunc: (dy) => mix(dy as tf.Tensor4D, false),
  }));
  return jitter(images) as tf.Tensor4D;
}

/** The factors of x, of the mean over its channels and of the mean of the image, and what is added. */
export function colorGains({
  brightness,
  saturation,
  contrast,
}: ColorChange): [own: number, ofPixel: number, ofImage: number, offset: number] {
  return [contrast * saturation, contrast * (1 - saturation), 1 - contrast, brightness];
}
