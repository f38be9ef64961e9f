/**
 * A layer without weights that is linear in its input:  y = A x.
 *
 *   ẏ = A ẋ     dx = Aᵀ dy     ḋx = Aᵀ ḋy
 */
import type * as tf from "@tensorflow/tfjs";
import type { Layer, LayerMaker } from "./layer";

export interface LinearMap {
  outputShape: readonly number[];
  apply: (x: tf.Tensor) => tf.Tensor;
  adjoint: (dy: tf.Tensor) => tf.Tensor;
}

export function linearMap(build: (inputShape: readonly number[]) => LinearMap): LayerMaker {
  return (inputShape): Layer => {
    const { outputShape, apply, adjoint } = build(inputShape);
    return {
      outputShape,
      weights: [],
      statistics: [],
      grouped: true,
      forward: (x) => ({ y: apply(x), saved: [] }),
      backward: (_saved, _values, dy, wanted) => ({ dx: wanted.input ? adjoint(dy) : null, dw: [] }),
      tangentForward: (_saved, _values, _tangents, xDot) => ({ yDot: xDot && apply(xDot), savedDot: [] }),
      tangentBackward: ({ dy, dyDot, wanted }) => ({
        dx: wanted.primalInput ? adjoint(dy) : null,
        dxDot: wanted.input ? adjoint(dyDot) : null,
        dwDot: [],
      }),
    };
  };
}
