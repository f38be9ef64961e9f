/**
 * What DC, DSA and DCC share: images whose gradients point where those of real images point.
 *
 *   class by class   L = Σ_c D( g(θ; A(syn_c)), g(θ; A(real_c)) )
 *   collective       L = D( g(θ; A(syn)), 1/C Σ_c g(θ; A(real_c)) )
 *
 * g is the gradient of the mean cross-entropy with respect to the weights θ of a network that starts at random and is
 * trained on the synthetic images between the image steps. The real side is a constant; the derivative towards the
 * images is one R-operator pass.
 */
import * as tf from "@tensorflow/tfjs";
import type { Network } from "../networks/network";
import { gradientInParts, partsOf } from "../operators/inParts";
import { weightGradient } from "../operators/weightGradient";
import type { GradientDistance } from "./gradientDistance";

/** A network at one point of its training. */
export interface NetworkState {
  network: Network;
  weights: tf.Tensor1D; // [P]
  /** Frozen batch-norm statistics, where the network has batch norm. */
  statistics?: tf.Tensor1D;
}

/**
 * The gradient of the mean loss of a batch, as a constant.
 * @returns [P]
 */
export function batchGradient(
  { network, weights, statistics }: NetworkState,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  limit: number,
): tf.Tensor1D {
  return gradientInParts(network, weights, { images, targets, limit }, statistics ? { statistics } : {});
}

/**
 * One comparison: the distance of the synthetic batch's gradient to a real one, and which way to move the images.
 * @param real [P], a constant
 * @param images [n, h, w, channels], before augmentation
 * @param view differentiable once
 */
export function matchGradient(
  { network, weights, statistics }: NetworkState,
  distance: GradientDistance,
  real: tf.Tensor1D,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  view: (images: tf.Tensor4D) => tf.Tensor4D,
  limit: number,
): { value: tf.Scalar; grad: tf.Tensor4D } {
  const options = { towards: ["images"] as const, ...(statistics && { statistics }) };
  const [n] = images.shape;
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => {
    const viewed = view(x as tf.Tensor4D);
    const parts = partsOf(n, limit).map(({ start, size }) => {
      const whole = size === n; // the usual case
      const part = whole ? viewed : viewed.slice(start, size);
      const wanted = whole ? targets : targets.slice(start, size);
      const gradient = weightGradient(network, weights, part, wanted, options);
      return whole ? gradient : gradient.mul<tf.Tensor1D>(size / n);
    });
    const syn = parts.reduce((sum, part) => sum.add<tf.Tensor1D>(part));
    return distance(syn.expandDims(0), real.expandDims(0)).sum();
  })(images);
  return { value: value as tf.Scalar, grad: grad as tf.Tensor4D };
}
