/** The operators of `operatorShapes.ts` as the engine computes them. */
import * as tf from "@tensorflow/tfjs";
import { avgPool } from "@/engine/layers/avgPool";
import { buildChain, chainBackward, chainForward, dealValues } from "@/engine/layers/chain";
import { fuseLayers } from "@/engine/layers/fuseLayers";
import { instanceNorm } from "@/engine/layers/groupNorm";
import { relu } from "@/engine/layers/relu";
import { networks } from "@/engine/networks";
import { embedding } from "@/engine/operators/features";
import { sliceWeights } from "@/engine/operators/sliceWeights";
import { gradientAt, lossGradientTangent } from "@/engine/operators/weightGradient";
import { parseParams } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { Random } from "@/shared/random";
import { convInputGradSum, convSum, convWeightGradSum } from "@/tensor/ops/conv";
import { wholePart } from "@/tensor/ops/flatPart";
import type { OperatorInputs } from "./operatorInputs";
import type { OperatorName, OperatorSizes } from "./operatorShapes";

const SAME = { stride: 1, pads: { top: 1, bottom: 1, left: 1, right: 1 } };

/** Each is called inside tidy; its tensors are waited for. */
export function ourOperators(
  sizes: OperatorSizes,
  inputs: OperatorInputs,
): Record<OperatorName, () => readonly tf.Tensor[]> {
  const { x, dy, filter, pooled, images, targets } = inputs;
  const plugin = pluginById(networks, "convnet", "network");
  const { side, channels, classes, width, depth } = sizes;
  const shape = { height: side, width: side, channels };
  const network = plugin.build(shape, classes, parseParams(plugin.params, { width, depth }));
  const weights = network.init(new Random(1));
  const lambda = network.init(new Random(2));
  const makers = [
    ["norm", instanceNorm],
    ["relu", relu],
    ["pool", avgPool(2)],
  ] as const;
  const block = fuseLayers(buildChain(x.shape.slice(1), makers));
  const affine = tf.concat([tf.ones([width]), tf.zeros([width])]);
  return {
    "conv forward": () => [convSum([{ x, filter: wholePart(filter) }], SAME)],
    "conv input gradient": () => [
      convInputGradSum([{ dy, filter: wholePart(filter) }], inputs.shape4d, SAME),
    ],
    "conv filter gradient": () => convWeightGradSum([{ x, dy }], filter.shape, SAME, { bias: false }),
    "norm block, forward + backward": () => {
      const values = dealValues(block, { weights: sliceWeights(block, affine) });
      const { saved } = chainForward(block, values, x, { keep: true });
      const { dx, dw } = chainBackward(block, values, saved, pooled, { input: true, weights: true });
      return [dx!, ...dw];
    },
    features: () => [embedding(network, weights, images, { towards: [] })],
    "features, towards images": () => [
      tf.grad((value: tf.Tensor) =>
        embedding(network, weights, value as tf.Tensor4D, { towards: ["images"] })
          .square()
          .sum(),
      )(images),
    ],
    weightGradient: () => [gradientAt(network, weights, images, targets)],
    "weightGradient, second order": () => {
      const towards = ["weights", "images"] as const;
      const parts = lossGradientTangent(network, weights, images, targets, lambda, { towards });
      return [parts.weights!, parts.images!];
    },
  };
}
