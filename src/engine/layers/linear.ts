/**
 * Linear map:  y = x w + b, with w [in, out].
 *
 *   ẏ = ẋ w + x ẇ + ḃ     dx = dy wᵀ    ḋx = ḋy wᵀ + dy ẇᵀ
 *   dw = xᵀ dy            ḋw = xᵀ ḋy + ẋᵀ dy
 */
import * as tf from "@tensorflow/tfjs";
import { addTangents, plainWeight, type Layer, type LayerMaker } from "./layer";

/** A linear map of [features] to [outputs]. */
export function linear(outputs: number): LayerMaker {
  return (inputShape): Layer => {
    const [features] = inputShape;
    if (inputShape.length !== 1 || !features) {
      throw new Error(`linear(): expected [features], got [${inputShape.join(", ")}]`);
    }
    const fill = { kind: "uniform", bound: 1 / Math.sqrt(features) } as const;
    return {
      outputShape: [outputs],
      weights: [
        {
          name: "weight",
          torchShape: [outputs, features],
          shape: [features, outputs],
          torchAxes: { split: [outputs, features], axes: [1, 0] },
          fill,
        },
        plainWeight("bias", [outputs], fill),
      ],
      statistics: [],
      forward(x, { weights: [w, b] }) {
        return { y: times(x, w!).add(b!), saved: x };
      },
      backward(x, { weights: [w] }, dy, wanted) {
        return {
          dx: wanted.input ? timesTransposed(dy, w!) : null,
          dw: wanted.weights ? [transposedTimes(x as tf.Tensor, dy), dy.sum(0)] : [],
        };
      },
      tangentForward(x, { weights: [w] }, [wDot, bDot], xDot) {
        const ownDot = times(x as tf.Tensor, wDot!).add(bDot!);
        return { yDot: xDot ? times(xDot, w!).add(ownDot) : ownDot, savedDot: xDot ?? [] };
      },
      tangentBackward({ saved: x, savedDot, values, tangents, dy, dyDot, wanted }) {
        const [w] = values.weights;
        const xDot = Array.isArray(savedDot) ? null : (savedDot as tf.Tensor);
        return {
          dx: wanted.primalInput ? timesTransposed(dy, w!) : null,
          dxDot: wanted.input ? timesTransposed(dyDot, w!).add(timesTransposed(dy, tangents[0]!)) : null,
          dwDot: wanted.weights
            ? [
                addTangents(transposedTimes(x as tf.Tensor, dyDot), xDot && transposedTimes(xDot, dy))!,
                dyDot.sum(0),
              ]
            : [],
        };
      },
    };
  };
}

const times = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b);
const timesTransposed = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, false, true);
const transposedTimes = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, true, false);
