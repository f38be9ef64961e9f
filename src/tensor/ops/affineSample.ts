import * as tf from "@tensorflow/tfjs";
import { AFFINE_SAMPLE, AFFINE_SAMPLE_ADJOINT } from "../kernels/affineSample";

/**
 * Samples each image bilinearly along its own affine map of pixel indices, with zeros outside; one kernel call.
 * Differentiable once with respect to the images.
 * @param images [n, h, w, channels]
 * @param matrices six numbers (a, b, c, d, e, f) per image: output column u, row v is read at
 *   column a u + b v + c, row d u + e v + f; invertible
 */
export function affineSample(images: tf.Tensor4D, matrices: Float32Array): tf.Tensor4D {
  const n = images.shape[0];
  if (matrices.length !== n * 6)
    throw new Error(`affineSample(): expected ${n * 6} numbers for ${n} images, got ${matrices.length}`);
  const run = (kernel: string, inputs: tf.NamedTensorMap): tf.Tensor4D =>
    tf.engine().runKernel(kernel, { ...inputs, matrices: tf.tensor2d(matrices, [n, 6]) });
  const sample = tf.customGrad((x) => ({
    value: run(AFFINE_SAMPLE, { x: x as tf.Tensor }),
    gradFunc: (dy) => run(AFFINE_SAMPLE_ADJOINT, { dy }),
  }));
  return sample(images) as tf.Tensor4D;
}
