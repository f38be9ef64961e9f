/**
 * The gradient of a network's training loss, as an operator that can be differentiated itself.
 *
 *   g(w, x, t) = d/dw mean_b crossEntropy(f(w, x_b), t_b)         [P]
 *
 * Its derivative along an incoming vector λ [P] is one R-operator pass (Pearlmutter 1994):
 *   d<g, λ>/dw = H λ      d<g, λ>/dx = A      d<g, λ>/dt
 * Only the inputs are kept; the pass recomputes the activations, so a loop of N such steps
 * needs N weight vectors and the activations of one.
 */
import * as tf from "@tensorflow/tfjs";
import {
  chainBackward,
  chainForward,
  chainTangentBackward,
  chainTangentForward,
  deal,
  dealValues,
} from "../layers/chain";
import { crossEntropyBackward, crossEntropyForward, crossEntropyTangent } from "../layers/crossEntropy";
import type { Network } from "../networks/network";
import { checkInputs, joinFlat } from "./features";
import { sliceStatistics, sliceWeights } from "./sliceWeights";

export interface LossOptions {
  /** Divides the logits; 1 when left out. */
  temperature?: number;
  /** Frozen batch-norm statistics [statisticsCount]; without them each batch norm uses its batch. */
  statistics?: tf.Tensor1D;
}

export interface WeightGradientOptions extends LossOptions {
  /** What gradients may be asked for; all three when left out. Leave out what nobody needs. */
  towards?: readonly ("weights" | "images" | "targets")[];
}

/**
 * g, differentiable once.
 * @param weights [P]
 * @param images [n, height, width, channels], normalised
 * @param targets [n, classes], each row a distribution
 * @returns [P]
 */
export function weightGradient(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  { towards = ["weights", "images", "targets"], ...options }: WeightGradientOptions = {},
): tf.Tensor1D {
  checkLossInputs(network, weights, images, targets);
  const { statistics, temperature } = options;
  const named = { weights, images, targets };
  const inputs = (["weights", "images", "targets"] as const).filter((name) => towards.includes(name));
  const operator = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    save([weights, images, targets, ...(statistics ? [statistics] : [])]);
    const { loss, gradient } = lossGradient(network, weights, images, targets, options);
    loss.dispose();
    return {
      value: gradient,
      gradFunc: (lambda: tf.Tensor, saved: tf.Tensor[]) => {
        const [w, x, t, kept] = saved as [tf.Tensor1D, tf.Tensor4D, tf.Tensor2D, tf.Tensor1D?];
        const frozen = { ...(temperature && { temperature }), ...(kept && { statistics: kept }) };
        const parts = lossGradientTangent(network, w, x, t, lambda as tf.Tensor1D, {
          ...frozen,
          towards: inputs,
        });
        if (inputs.length === 0)
          throw new Error("weightGradient(): a gradient was asked for that `towards` left out");
        return inputs.map((name) => parts[name]!);
      },
    };
  });
  return operator(...(inputs.length > 0 ? inputs.map((name) => named[name]) : [weights]));
}

/**
 * One training step's loss and gradient, not differentiable: the same numbers as `weightGradient`, without a tape.
 * @returns loss [] and gradient [P], which the caller disposes
 */
export function lossGradient(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  { temperature, statistics }: LossOptions = {},
): { loss: tf.Scalar; gradient: tf.Tensor1D } {
  checkLossInputs(network, weights, images, targets);
  return tf.tidy(() => {
    const { layers } = network;
    const values = valuesOf(network, weights, statistics);
    const { y, saved } = chainForward(layers, values, images, { keep: true });
    const outputs = y as tf.Tensor2D;
    const delta = crossEntropyBackward(outputs, targets, temperature);
    const { dw } = chainBackward(layers, values, saved, delta, { input: false, weights: true });
    return { loss: crossEntropyForward(outputs, targets, temperature), gradient: joinFlat(dw) };
  });
}

/** H λ, A and the part towards the targets; null for what was not asked for. */
export interface LossGradientTangent {
  weights: tf.Tensor1D | null;
  images: tf.Tensor4D | null;
  targets: tf.Tensor2D | null;
}

/** The R-operator pass: the derivative of <g, λ>. */
export function lossGradientTangent(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  lambda: tf.Tensor1D,
  { towards = ["weights", "images", "targets"], temperature, statistics }: WeightGradientOptions = {},
): LossGradientTangent {
  const result = tf.tidy(() => {
    const { layers } = network;
    const values = valuesOf(network, weights, statistics);
    const tangents = deal(layers, sliceWeights(layers, lambda));
    const { y, saved } = chainForward(layers, values, images, { keep: true });
    const { yDot, savedDot } = chainTangentForward(layers, values, saved, tangents, null);
    const outputs = y as tf.Tensor2D;
    const { deltaDot, towardsTargets } = crossEntropyTangent(
      outputs,
      targets,
      yDot as tf.Tensor2D,
      temperature,
    );
    const result: Record<string, tf.Tensor | null> = { weights: null, images: null, targets: null };
    if (towards.includes("targets")) result["targets"] = towardsTargets;
    if (towards.includes("weights") || towards.includes("images")) {
      const { dxDot, dwDot } = chainTangentBackward(layers, {
        saved: saved,
        savedDot,
        values,
        tangents,
        dy: crossEntropyBackward(outputs, targets, temperature),
        dyDot: deltaDot,
        wanted: {
          weights: towards.includes("weights"),
          input: towards.includes("images"),
          primalInput: false,
        },
      });
      if (towards.includes("images")) result["images"] = dxDot;
      if (towards.includes("weights")) result["weights"] = joinFlat(dwDot);
    }
    return result as Record<string, tf.TensorContainer>;
  });
  return result as unknown as LossGradientTangent;
}

function valuesOf(network: Network, weights: tf.Tensor1D, statistics?: tf.Tensor1D) {
  const frozen = statistics && network.statisticsCount > 0 && sliceStatistics(network, statistics);
  return dealValues(network.layers, {
    weights: sliceWeights(network.layers, weights),
    ...(frozen && { statistics: frozen }),
  });
}

function checkLossInputs(network: Network, weights: tf.Tensor, images: tf.Tensor, targets: tf.Tensor): void {
  checkInputs(network, weights, images);
  if (String(targets.shape) !== String([images.shape[0], network.classes])) {
    throw new Error(
      `checkLossInputs(): expected targets [${images.shape[0]}, ${network.classes}], got [${targets.shape.join(", ")}]`,
    );
  }
}
