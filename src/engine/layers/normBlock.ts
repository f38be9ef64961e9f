/**
 * A norm, ReLU and average pooling in one layer, for backends that have them in one kernel:
 * y = pool(max(γ x̂ + β, 0)), formulas in tensor/kernels/normBlock.ts and beside it.
 */
import * as tf from "@tensorflow/tfjs";
import type { ChannelView } from "@/tensor/ops/channels";
import type { FlatPart } from "@/tensor/ops/flatPart";
import {
  batchMoments,
  normBlock as forward,
  normBlockBackward,
  normBlockTangent,
  normBlockTangentBackward,
  type NormForm,
  type NormKept,
  type NormKeptDot,
  type NormWeights,
} from "@/tensor/ops/normBlock";
import type { Layer, LayerValues, Saved } from "./layer";

/**
 * @param norm the norm whose weights and statistics it has
 * @param view over what that takes its means
 * @param last the layer whose output is its own
 * @param size of the pooling window; 1 pools nothing
 */
export function normBlock(norm: Layer, view: ChannelView, last: Layer, size: number): Layer {
  const formOf = ({ statistics }: LayerValues): NormForm => ({
    view,
    size,
    frozen: statistics !== undefined,
  });
  return {
    outputShape: last.outputShape,
    weights: norm.weights,
    statistics: norm.statistics,
    grouped: view.per === "sample" || "frozen",
    forward(x, values, { observe }) {
      const form = formOf(values);
      const { y, sums } = forward(x, pair(values.weights), form, values.statistics);
      if (observe && norm.statistics.length > 0 && !form.frozen) {
        const [mean, variance] = batchMoments(sums);
        const count = x.size / view.channels;
        observe(mean, variance.mul(count / Math.max(1, count - 1)));
      }
      return { y, saved: [x, sums] };
    },
    backward(saved, values, dy, wanted) {
      const { dx, dw } = normBlockBackward(kept(saved), pair(values.weights), dy, formOf(values), wanted);
      return { dx, dw: dw ? [dw] : [] };
    },
    tangentForward(saved, values, tangents, xDot) {
      const own = kept(saved);
      const dot = xDot ?? tf.zerosLike(own.x);
      const flat = [pair(values.weights), pair(tangents)] as const;
      const { yDot, sums } = normBlockTangent(own, ...flat, dot, formOf(values));
      return { yDot, savedDot: [dot, sums] };
    },
    tangentBackward({ saved, savedDot, values, tangents, dy, dyDot, wanted }) {
      const [xDot, sums] = savedDot as [tf.Tensor, tf.Tensor];
      const earlier: NormKeptDot = { xDot, sums };
      const flat = [pair(values.weights), pair(tangents)] as const;
      const { dwDot, ...inputs } = normBlockTangentBackward(
        ...([kept(saved), earlier, ...flat, { dy, dyDot }, formOf(values), wanted] as const),
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
