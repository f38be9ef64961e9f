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
import { groupGradients, weightGradient } from "../operators/weightGradient";
import type { GradientDistance } from "./gradientDistance";

/** A network at one point of its training. */
export interface NetworkState {
  network: Network;
  weights: tf.Tensor1D; // [P]
  /** Frozen batch-norm statistics, where the network has batch norm. */
  statistics?: tf.Tensor1D;
}

/**
 * The gradient of the mean loss of each of several equal shares of a batch, as a constant.
 * @param groups more than one only where `canGroup`, and only if all images fit into one pass
 * @returns [groups, P]
 */
export function batchGradients(
  { network, weights, statistics }: NetworkState,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  groups: number,
  limit: number,
): tf.Tensor2D {
  const options = statistics ? { statistics } : {};
  if (groups > 1) return groupGradients(network, weights, images, targets, groups, options);
  return tf.tidy(() =>
    gradientInParts(network, weights, { images, targets, limit }, options).expandDims<tf.Tensor2D>(0),
  );
}

/**
 * One comparison, or one for each of several equal shares of a synthetic batch: the sum of the distances of their
 * gradients to real ones, and which way to move the images.
 * @param real [groups, P], a constant; several groups as in `batchGradients`
 * @param images [n, h, w, channels], before augmentation
 * @param view differentiable once
 */
export function matchGradient(
  { network, weights, statistics }: NetworkState,
  distance: GradientDistance,
  real: tf.Tensor2D,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  view: (images: tf.Tensor4D) => tf.Tensor4D,
  limit: number,
): { value: tf.Scalar; grad: tf.Tensor4D } {
  const options = { towards: ["images"] as const, ...(statistics && { statistics }) };
  const [n] = images.shape;
  const [groups] = real.shape;
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => {
    const viewed = view(x as tf.Tensor4D);
    if (groups > 1) {
      const frozen = statistics ? { statistics } : {};
      return distance(groupGradients(network, weights, viewed, targets, groups, frozen), real).sum();
    }
    const parts = partsOf(n, limit).map(({ start, size }) => {
      const whole = size === n; // the usual case
      const part = whole ? viewed : viewed.slice(start, size);
      const wanted = whole ? targets : targets.slice(start, size);
      const gradient = weightGradient(network, weights, part, wanted, options);
      return whole ? gradient : gradient.mul<tf.Tensor1D>(size / n);
    });
    const syn = parts.reduce((sum, part) => sum.add<tf.Tensor1D>(part));
    return distance(syn.expandDims(0), real).sum();
  })(images);
  return { value: value as tf.Scalar, grad: grad as tf.Tensor4D };
}
