/**
 * Mean cross-entropy of soft targets t at temperature T, with p = softmax(o / T) and s = Σ_c t (1 for distributions):
 *
 *   loss = -(1/B) Σ_b Σ_c t log p          δ = d loss / d o = (s p - t) / (B T)
 *   δ̇ = s p (ȯ - Σ_c p ȯ) / (B T²)         ∂<δ, ȯ>/∂t = (Σ_c p ȯ - ȯ) / (B T)
 */
import * as tf from "@tensorflow/tfjs";

/** The loss of each batch as one number. All [n, classes]. */
export function crossEntropyForward(logits: tf.Tensor2D, targets: tf.Tensor2D, temperature = 1): tf.Scalar {
  return tf.tidy(() => {
    const scaled = temperature === 1 ? logits : logits.div<tf.Tensor2D>(temperature);
    const shifted = scaled.sub(scaled.max(1, true)); // [n, classes], the largest is 0
    const logSum = shifted.exp().sum(1, true).log();
    return targets.mul(logSum.sub(shifted)).sum().div(logits.shape[0]);
  });
}

/** δ [n, classes]. */
export function crossEntropyBackward(
  logits: tf.Tensor2D,
  targets: tf.Tensor2D,
  temperature = 1,
): tf.Tensor2D {
  return tf.tidy(() => {
    const p = softmax(logits, temperature);
    return p
      .mul(targets.sum(1, true))
      .sub(targets)
      .div(logits.shape[0] * temperature);
  });
}

/** δ̇ and the part towards the targets, both [n, classes]. */
export function crossEntropyTangent(
  logits: tf.Tensor2D,
  targets: tf.Tensor2D,
  logitsDot: tf.Tensor2D,
  temperature = 1,
): { deltaDot: tf.Tensor2D; towardsTargets: tf.Tensor2D } {
  return tf.tidy(() => {
    const p = softmax(logits, temperature);
    const centred = logitsDot
      .sub<tf.Tensor2D>(p.mul(logitsDot).sum(1, true))
      .div<tf.Tensor2D>(logits.shape[0] * temperature);
    return {
      deltaDot: p.mul(targets.sum(1, true)).mul(centred).div<tf.Tensor2D>(temperature),
      towardsTargets: centred.neg<tf.Tensor2D>(),
    };
  });
}

function softmax(logits: tf.Tensor2D, temperature: number): tf.Tensor2D {
  return tf.softmax(temperature === 1 ? logits : logits.div<tf.Tensor2D>(temperature));
}
