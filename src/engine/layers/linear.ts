/**
 * Linear map:  y = x w + b, with w [in, out].
 *
 *   ẏ = ẋ w + x ẇ + ḃ     dx = dy wᵀ    ḋx = ḋy wᵀ + dy ẇᵀ
 *   dw = xᵀ dy            ḋw = xᵀ ḋy + ẋᵀ dy
 */
import type * as tf from "@tensorflow/tfjs";
import { linearInputGradSum, linearSum, linearWeightGradSum } from "@/tensor/ops/linear";
import { plainWeight, type Layer, type LayerMaker } from "./layer";

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
      grouped: true,
      forward(x, { weights: [weight, bias] }) {
        return { y: linearSum([{ x, weight: weight! }], bias!), saved: x };
      },
      backward(x, { weights: [weight] }, dy, wanted) {
        return {
          dx: wanted.input ? linearInputGradSum([{ dy, weight: weight! }]) : null,
          dw: wanted.weights ? linearWeightGradSum([{ x: x as tf.Tensor, dy }], wanted.groups) : [],
        };
      },
      tangentForward(x, { weights: [weight] }, [weightDot, biasDot], xDot) {
        const own = { x: x as tf.Tensor, weight: weightDot! };
        const terms = xDot ? [own, { x: xDot, weight: weight! }] : [own];
        return { yDot: linearSum(terms, biasDot!), savedDot: xDot ?? [] };
      },
      tangentBackward({ saved: x, savedDot, values, tangents, dy, dyDot, wanted }) {
        const weight = values.weights[0]!;
        const weightDot = tangents[0]!;
        const mixed = Array.isArray(savedDot) ? [] : [{ x: savedDot as tf.Tensor, dy }];
        return {
          dx: wanted.primalInput ? linearInputGradSum([{ dy, weight }]) : null,
          dxDot: wanted.input
            ? linearInputGradSum([
                { dy: dyDot, weight },
                { dy, weight: weightDot },
              ])
            : null,
          dwDot: wanted.weights
            ? linearWeightGradSum([{ x: x as tf.Tensor, dy: dyDot }, ...mixed], weightDot.groups)
            : [],
        };
      },
    };
  };
}
