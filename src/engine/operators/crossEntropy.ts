import * as tf from "@tensorflow/tfjs";
import { crossEntropyBackward, crossEntropyForward } from "@/tensor/ops/crossEntropy";

/**
 * Mean cross-entropy of soft targets, differentiable once towards the logits. tfjs's own `softmaxCrossEntropy`
 * is not used anywhere: its second derivatives are wrong without a warning.
 * @param logits [n, classes]
 * @param targets [n, classes], each row a distribution
 */
export function crossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D, temperature = 1): tf.Scalar {
  const operator = tf.customGrad((...inputs) => {
    const [o, save] = inputs as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    save([o, targets]);
    return {
      value: crossEntropyForward(o, targets, temperature),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [kept, keptTargets] = saved as [tf.Tensor2D, tf.Tensor2D];
        return crossEntropyBackward(kept, keptTargets, temperature).mul(dy);
      },
    };
  });
  return operator(logits);
}
