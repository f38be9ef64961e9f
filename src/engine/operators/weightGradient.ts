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
  crossEntropyBackward,
  crossEntropyForward,
  crossEntropyTangent,
  crossEntropyTowardsTargets,
} from "@/tensor/ops/crossEntropy";
import {
  chainBackward,
  chainForward,
  chainTangentBackward,
  chainTangentForward,
  deal,
  dealValues,
} from "../layers/chain";
import { computesGroups, fuseLayers } from "../layers/fuseLayers";
import type { Network } from "../networks/network";
import { checkInputs, joinFlat, joinGroups } from "./features";
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
    return {
      value: gradientAt(network, weights, images, targets, options),
      gradFunc: (lambda: tf.Tensor, saved: tf.Tensor[]) => {
        const [w, x, t, kept] = saved as [tf.Tensor1D, tf.Tensor4D, tf.Tensor2D, tf.Tensor1D?];
        const frozen = { ...(temperature && { temperature }), ...(kept && { statistics: kept }) };
        const parts = lossGradientTangent(network, w, x, t, lambda, {
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
    const { logits, pieces } = backpropagate(network, weights, images, targets, { temperature, statistics });
    return { loss: crossEntropyForward(logits, targets, temperature), gradient: joinFlat(pieces) };
  });
}

/** The gradient alone. @returns [P], which the caller disposes */
export function gradientAt(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  { temperature, statistics }: LossOptions = {},
): tf.Tensor1D {
  checkLossInputs(network, weights, images, targets);
  return tf.tidy(() =>
    joinFlat(backpropagate(network, weights, images, targets, { temperature, statistics }).pieces),
  );
}

interface PassOptions {
  temperature: number | undefined;
  statistics: tf.Tensor1D | undefined;
  groups?: number;
}

/** The forward pass and the backward pass: the logits, and the pieces of the gradient, of each group. */
export function backpropagate(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  { temperature, statistics, groups = 1 }: PassOptions,
): { logits: tf.Tensor2D; pieces: readonly tf.Tensor[] } {
  const layers = fuseLayers(network.layers);
  const values = valuesOf(network, weights, statistics);
  const { y, saved } = chainForward(layers, values, images, { keep: true });
  const logits = y as tf.Tensor2D;
  const delta = crossEntropyBackward(logits, targets, temperature, groups);
  const wanted = { input: false, weights: true, groups };
  return { logits, pieces: chainBackward(layers, values, saved, delta, wanted).dw };
}

/** H λ, A and the part towards the targets; null for what was not asked for. */
export interface LossGradientTangent {
  weights: tf.Tensor1D | null;
  images: tf.Tensor4D | null;
  targets: tf.Tensor2D | null;
}

/**
 * The R-operator pass: the derivative of <g, λ>.
 * @param lambda [P]; or [groups, P] for a batch of equal shares with a gradient each, towards images and targets only
 */
export function lossGradientTangent(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  lambda: tf.Tensor,
  { towards = ["weights", "images", "targets"], temperature, statistics }: WeightGradientOptions = {},
): LossGradientTangent {
  const groups = lambda.rank === 2 ? lambda.shape[0] : 1;
  if (groups > 1 && towards.includes("weights"))
    throw new Error("lossGradientTangent(): groups have no product with the Hessian");
  const result = tf.tidy(() => {
    const layers = fuseLayers(network.layers);
    const values = valuesOf(network, weights, statistics);
    const tangents = deal(layers, sliceWeights(layers, lambda));
    const { y, saved } = chainForward(layers, values, images, { keep: true });
    const { yDot, savedDot } = chainTangentForward(layers, values, saved, tangents, null);
    const [logits, logitsDot] = [y as tf.Tensor2D, yDot as tf.Tensor2D];
    const result: Record<string, tf.Tensor | null> = { weights: null, images: null, targets: null };
    if (towards.includes("targets"))
      result["targets"] = crossEntropyTowardsTargets(logits, logitsDot, temperature, groups);
    if (towards.includes("weights") || towards.includes("images")) {
      const { dxDot, dwDot } = chainTangentBackward(layers, {
        saved: saved,
        savedDot,
        values,
        tangents,
        dy: crossEntropyBackward(logits, targets, temperature, groups),
        dyDot: crossEntropyTangent(logits, targets, logitsDot, temperature, groups),
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

/** Whether `groupGradients` may be asked for more than one group. */
export const canGroup = (network: Network, frozen = false): boolean => computesGroups(network.layers, frozen);

/**
 * g of each of several equal shares of a batch, in one pass, differentiable once towards the images.
 * @param images [groups · n, height, width, channels], share after share
 * @param targets [groups · n, classes]
 * @returns [groups, P]
 */
export function groupGradients(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  targets: tf.Tensor2D,
  groups: number,
  { statistics, temperature }: LossOptions = {},
): tf.Tensor2D {
  checkLossInputs(network, weights, images, targets);
  if (groups > 1 && !canGroup(network, statistics !== undefined))
    throw new Error("groupGradients(): this network has no groups here");
  const operator = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    save([weights, images, targets, ...(statistics ? [statistics] : [])]);
    const { pieces } = backpropagate(network, weights, images, targets, { temperature, statistics, groups });
    return {
      value: joinGroups(pieces, groups),
      gradFunc: (lambda: tf.Tensor, saved: tf.Tensor[]) => {
        const [w, x, t, kept] = saved as [tf.Tensor1D, tf.Tensor4D, tf.Tensor2D, tf.Tensor1D?];
        return lossGradientTangent(network, w, x, t, lambda, {
          ...(temperature && { temperature }),
          ...(kept && { statistics: kept }),
          towards: ["images"],
        }).images!;
      },
    };
  });
  return operator(images);
}

function valuesOf(network: Network, weights: tf.Tensor1D, statistics?: tf.Tensor1D) {
  const frozen = statistics && network.statisticsCount > 0 && sliceStatistics(network, statistics);
  const layers = fuseLayers(network.layers);
  return dealValues(layers, {
    weights: sliceWeights(layers, weights),
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
