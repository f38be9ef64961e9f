/**
 * Instance norm, ReLU and average pooling in one layer, for backends that have them in one kernel:
 * y = pool(max(γ x̂ + β, 0)), formulas in tensor/kernels/normBlock.ts and beside it.
 */
import * as tf from "@tensorflow/tfjs";
import {
  normBlock as forward,
  normBlockBackward,
  normBlockTangent,
  normBlockTangentBackward,
  type NormKept,
  type NormKeptDot,
  type NormWeights,
} from "@/tensor/ops/normBlock";
import type { FlatPart } from "@/tensor/ops/flatPart";
import type { Layer, Saved } from "./layer";

/**
 * @param norm the instance norm whose weights it has
 * @param last the layer whose output is its own
 * @param size of the pooling window; 1 pools nothing
 */
export function normBlock(norm: Layer, last: Layer, size: number): Layer {
  return {
    outputShape: last.outputShape,
    weights: norm.weights,
    statistics: [],
    grouped: true,
    forward(x, { weights }) {
      const { y, sums } = forward(x, pair(weights), size);
      return { y, saved: [x, sums] };
    },
    backward(saved, { weights }, dy, wanted) {
      const { dx, dw } = normBlockBackward(kept(saved), pair(weights), dy, size, wanted);
      return { dx, dw: dw ? [dw] : [] };
    },
    tangentForward(saved, { weights }, tangents, xDot) {
      const own = kept(saved);
      const dot = xDot ?? tf.zerosLike(own.x);
      const { yDot, sums } = normBlockTangent(own, pair(weights), pair(tangents), dot, size);
      return { yDot, savedDot: [dot, sums] };
    },
    tangentBackward({ saved, savedDot, values, tangents, dy, dyDot, wanted }) {
      const [xDot, sums] = savedDot as [tf.Tensor, tf.Tensor];
      const earlier: NormKeptDot = { xDot, sums };
      const flat = [pair(values.weights), pair(tangents)] as const;
      const { dwDot, ...inputs } = normBlockTangentBackward(
        ...([kept(saved), earlier, ...flat, { dy, dyDot }, size, wanted] as const),
      );
      return { ...inputs, dwDot: dwDot ? [dwDot] : [] };
    },
  };
}

const pair = (weights: readonly FlatPart[]): NormWeights => weights as unknown as NormWeights;

function kept(saved: Saved): NormKept {
  const [x, sums] = saved as [tf.Tensor, tf.Tensor];
  return { x, sums };
}
