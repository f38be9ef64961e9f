/**
 * Mean cross-entropy of soft targets t at temperature T, with p = softmax(o / T) and s = Σ_c t (1 for distributions):
 *
 *   loss = -(1/B) Σ_b Σ_c t log p          δ = d loss / d o = (s p - t) / (B T)
 *   δ̇ = s p (ȯ - Σ_c p ȯ) / (B T²)         ∂<δ, ȯ>/∂t = (Σ_c p ȯ - ȯ) / (B T)
 *
 * B is the number of rows, or of those of one group where a batch holds several with a loss each. On WebGPU each of
 * these is one kernel of our own.
 */
import * as tf from "@tensorflow/tfjs";
import {
  CROSS_ENTROPY,
  CROSS_ENTROPY_DELTA,
  CROSS_ENTROPY_DELTA_DOT,
  CROSS_ENTROPY_TARGETS,
} from "../kernels/crossEntropy";
import { callKernel } from "../kernels/webgpuProgram";

const hasKernels = (): boolean => tf.getBackend() === "webgpu";

/** The loss of a batch as one number. All [n, classes]. */
export function crossEntropyForward(logits: tf.Tensor2D, targets: tf.Tensor2D, temperature = 1): tf.Scalar {
  const [n] = logits.shape;
  return tf.tidy(() => {
    if (hasKernels())
      return callKernel(CROSS_ENTROPY, { logits, targets }, { temperature, scale: 1 / n }).sum();
    const scaled = temperature === 1 ? logits : logits.div<tf.Tensor2D>(temperature);
    const shifted = scaled.sub(scaled.max(1, true)); // [n, classes], the largest is 0
    const logSum = shifted.exp().sum(1, true).log();
    return targets.mul(logSum.sub(shifted)).sum().div(n);
  });
}

/** δ [n, classes]. */
export function crossEntropyBackward(
  logits: tf.Tensor2D,
  targets: tf.Tensor2D,
  temperature = 1,
  groups = 1,
): tf.Tensor2D {
  const divisor = (logits.shape[0] / groups) * temperature;
  if (hasKernels()) return perScore(CROSS_ENTROPY_DELTA, { logits, targets }, temperature, divisor);
  return tf.tidy(() => {
    const p = softmax(logits, temperature);
    return p.mul(targets.sum(1, true)).sub(targets).div(divisor);
  });
}

/** δ̇ [n, classes]. */
export function crossEntropyTangent(
  logits: tf.Tensor2D,
  targets: tf.Tensor2D,
  logitsDot: tf.Tensor2D,
  temperature = 1,
  groups = 1,
): tf.Tensor2D {
  const divisor = (logits.shape[0] / groups) * temperature;
  if (hasKernels())
    return perScore(CROSS_ENTROPY_DELTA_DOT, { logits, targets, logitsDot }, temperature, divisor);
  return tf.tidy(() => {
    const p = softmax(logits, temperature);
    const centred = centre(p, logitsDot).div<tf.Tensor2D>(divisor);
    return p.mul(targets.sum(1, true)).mul(centred).div<tf.Tensor2D>(temperature);
  });
}

/** ∂<δ, ȯ>/∂t [n, classes]. */
export function crossEntropyTowardsTargets(
  logits: tf.Tensor2D,
  logitsDot: tf.Tensor2D,
  temperature = 1,
  groups = 1,
): tf.Tensor2D {
  const divisor = (logits.shape[0] / groups) * temperature;
  if (hasKernels()) return perScore(CROSS_ENTROPY_TARGETS, { logits, logitsDot }, temperature, divisor);
  return tf.tidy(() => centre(softmax(logits, temperature), logitsDot).div(-divisor));
}

/** One of our kernels, with a number for each score. */
const perScore = (
  kernel: string,
  inputs: tf.NamedTensorMap,
  temperature: number,
  divisor: number,
): tf.Tensor2D => callKernel(kernel, inputs, { temperature, scale: 1 / divisor }) as tf.Tensor2D;

const centre = (p: tf.Tensor2D, logitsDot: tf.Tensor2D): tf.Tensor2D =>
  logitsDot.sub<tf.Tensor2D>(p.mul(logitsDot).sum(1, true));

function softmax(logits: tf.Tensor2D, temperature: number): tf.Tensor2D {
  return tf.softmax(temperature === 1 ? logits : logits.div<tf.Tensor2D>(temperature));
}
