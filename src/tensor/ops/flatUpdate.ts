/** Updates of a whole tensor in as few passes as the backend allows; not differentiable. */
import * as tf from "@tensorflow/tfjs";
import {
  ADD_SCALED,
  SGD_VELOCITY,
  SGD_WEIGHTS,
  type AddScaledAttributes,
  type SgdVelocityAttributes,
  type SgdWeightsAttributes,
} from "../kernels/flatUpdate";
import { callKernel } from "../kernels/webgpuProgram";

export interface SgdSettings {
  learningRate: number;
  momentum: number;
  /** Coupled: added to the gradient. */
  weightDecay?: number;
}

/**
 * One step of stochastic gradient descent with momentum, with PyTorch's conventions:
 *
 *   v' = μ v + (g + λ p), v' = g + λ p at the first step          p' = p - η v'
 *
 * @param velocity v; null at the first step
 * @returns p', and v' where there is momentum, else null
 */
export function sgdStep(
  weights: tf.Tensor,
  gradient: tf.Tensor,
  velocity: tf.Tensor | null,
  { learningRate: rate, momentum, weightDecay: decay = 0 }: SgdSettings,
): { weights: tf.Tensor; velocity: tf.Tensor | null } {
  if (tf.getBackend() === "webgpu") {
    if (momentum === 0) return { weights: updated({ rate, decay }, gradient), velocity: null };
    const inputs = { gradient, weights, ...(velocity && { velocity }) };
    const next = callKernel<SgdVelocityAttributes>(SGD_VELOCITY, inputs, { momentum, decay });
    return { weights: updated({ rate, decay: 0 }, next), velocity: next };
  }
  const g = decay === 0 ? gradient : gradient.add(weights.mul(decay));
  const next = velocity && momentum !== 0 ? velocity.mul(momentum).add(g) : g;
  return { weights: weights.sub(next.mul(rate)), velocity: momentum === 0 ? null : next };

  function updated(attributes: SgdWeightsAttributes, direction: tf.Tensor): tf.Tensor {
    return callKernel(SGD_WEIGHTS, { weights, gradient: direction }, attributes);
  }
}

/**
 * y + f a x
 * @param scale a, of one number
 * @param factor f
 */
export function addScaled<T extends tf.Tensor>(y: T, x: T, scale: tf.Scalar, factor = 1): T {
  if (tf.getBackend() !== "webgpu") return y.add(x.mul(scale.mul(factor)));
  return callKernel<AddScaledAttributes>(ADD_SCALED, { y, x, scale }, { factor }) as T;
}
