/**
 * A function of each number:  y = f(x).
 *
 *   ẏ = f′(x) ẋ     dx = f′(x) dy     ḋx = f′(x) ḋy + f″(x) ẋ dy
 */
import type * as tf from "@tensorflow/tfjs";
import type { Layer, LayerMaker, Saved } from "./layer";

export interface Elementwise {
  value: (x: tf.Tensor) => tf.Tensor;
  /** What the derivatives are computed from: the input or the output. */
  from: "input" | "output";
  derivative: (kept: tf.Tensor) => tf.Tensor;
  /** Left out where it is zero almost everywhere. */
  second?: (kept: tf.Tensor) => tf.Tensor;
}

export function elementwise({ value, from, derivative, second }: Elementwise): LayerMaker {
  return (inputShape): Layer => ({
    outputShape: inputShape,
    weights: [],
    statistics: [],
    grouped: true,
    forward(x) {
      const y = value(x);
      return { y, saved: from === "input" ? x : y };
    },
    backward(kept, _values, dy, wanted) {
      return { dx: wanted.input ? dy.mul(derivative(kept as tf.Tensor)) : null, dw: [] };
    },
    tangentForward(kept, _values, _tangents, xDot) {
      const slope = derivative(kept as tf.Tensor);
      if (!xDot) return { yDot: null, savedDot: [slope] };
      return { yDot: xDot.mul(slope), savedDot: second ? [slope, xDot] : [slope] };
    },
    tangentBackward({ saved: kept, savedDot, dy, dyDot, wanted }) {
      const [slope, xDot] = savedDot as readonly Saved[] as [tf.Tensor, tf.Tensor | undefined];
      const straight = wanted.input ? dyDot.mul(slope) : null;
      const bent =
        straight && second && xDot
          ? second(kept as tf.Tensor)
              .mul(xDot)
              .mul(dy)
          : null;
      return {
        dx: wanted.primalInput ? dy.mul(slope) : null,
        dxDot: straight && bent ? straight.add(bent) : straight,
        dwDot: [],
      };
    },
  });
}
