/**
 * Convolution:  y = x ∗ w + b.
 *
 *   ẏ = ẋ ∗ w + x ∗ ẇ + ḃ
 *   dx = w ⋆ dy           ḋx = w ⋆ ḋy + ẇ ⋆ dy          (⋆: the gradient of ∗ towards its input)
 *   dw = x ⊗ dy           ḋw = x ⊗ ḋy + ẋ ⊗ dy          (⊗: towards its filter)
 *   db = Σ dy             ḋb = Σ ḋy
 */
import type * as tf from "@tensorflow/tfjs";
import {
  convInputGradSum,
  convSum,
  convWeightGradSum,
  type ConvInputGradTerm,
  type ConvWeightGradTerm,
} from "@/tensor/ops/conv";
import { convShape } from "@/tensor/ops/convGeometry";
import type { FlatPart } from "@/tensor/ops/flatPart";
import { plainWeight, type Layer, type LayerMaker, type Saved, type WeightSpec } from "./layer";

export interface ConvOptions {
  filters: number;
  /** Rows and columns of the filter. */
  size: number;
  stride?: number;
  /** Zeros on each side, or TensorFlow's words. */
  padding?: number | "same" | "valid";
  bias?: boolean;
}

type Shape4D = [number, number, number, number];

/** A convolution of images [height, width, channels]. */
export function conv2d({ filters, size, stride = 1, padding = 0, bias = true }: ConvOptions): LayerMaker {
  return (inputShape): Layer => {
    const [height, width, channels] = imageShape("conv2d", inputShape);
    const geometry = { stride, pads: padsOf(height, width, size, stride, padding) };
    const filterShape: Shape4D = [size, size, channels, filters];
    const outputShape = convShape([1, ...inputShape], filterShape, geometry).slice(1);
    if (outputShape.some((side) => side < 1)) {
      throw new Error(`conv2d(): a ${size}x${size} filter does not fit on [${inputShape.join(", ")}]`);
    }
    const bound = 1 / Math.sqrt(channels * size * size);
    const weight: WeightSpec = {
      name: "weight",
      torchShape: [filters, channels, size, size],
      shape: filterShape,
      torchAxes: { split: [filters, channels, size, size], axes: [2, 3, 1, 0] },
      fill: { kind: "uniform", bound },
    };
    const weights = bias ? [weight, plainWeight("bias", [filters], { kind: "uniform", bound })] : [weight];

    const inputGrad = (...terms: readonly { dy: tf.Tensor; filter: FlatPart }[]) =>
      convInputGradSum(
        terms as ConvInputGradTerm[],
        [terms[0]!.dy.shape[0], height, width, channels],
        geometry,
      );
    const weightGrad = (groups: number | undefined, ...terms: readonly { x: Saved; dy: tf.Tensor }[]) =>
      convWeightGradSum(terms as ConvWeightGradTerm[], filterShape, geometry, {
        bias,
        ...(groups && { groups }),
      });

    return {
      outputShape,
      weights,
      statistics: [],
      grouped: true,
      forward(x, { weights: [filter, offset] }) {
        return { y: convSum([{ x: x as tf.Tensor4D, filter: filter! }], geometry, offset), saved: x };
      },
      backward(x, { weights: [filter] }, dy, wanted) {
        return {
          dx: wanted.input ? inputGrad({ dy, filter: filter! }) : null,
          dw: wanted.weights ? weightGrad(wanted.groups, { x, dy }) : [],
        };
      },
      tangentForward(x, { weights: [filter] }, [filterDot, offsetDot], xDot) {
        const own = { x: x as tf.Tensor4D, filter: filterDot! };
        const terms = xDot ? [own, { x: xDot as tf.Tensor4D, filter: filter! }] : [own];
        return { yDot: convSum(terms, geometry, offsetDot), savedDot: xDot ?? [] };
      },
      tangentBackward({ saved: x, savedDot, values, tangents, dy, dyDot, wanted }) {
        const filter = values.weights[0]!;
        const filterDot = tangents[0]!;
        const mixed = Array.isArray(savedDot) ? [] : [{ x: savedDot, dy }];
        return {
          dx: wanted.primalInput ? inputGrad({ dy, filter }) : null,
          dxDot: wanted.input ? inputGrad({ dy: dyDot, filter }, { dy, filter: filterDot }) : null,
          dwDot: wanted.weights ? weightGrad(filterDot.groups, { x, dy: dyDot }, ...mixed) : [],
        };
      },
    };
  };
}

/** Checks that a layer's input is an image. */
export function imageShape(layer: string, shape: readonly number[]): [number, number, number] {
  if (shape.length !== 3)
    throw new Error(`${layer}(): expected [height, width, channels], got [${shape.join(", ")}]`);
  return shape as unknown as [number, number, number];
}

/** "same" puts the odd zero at the end, as TensorFlow does. */
function padsOf(
  height: number,
  width: number,
  size: number,
  stride: number,
  padding: number | "same" | "valid",
) {
  if (padding !== "same") {
    const pad = padding === "valid" ? 0 : padding;
    return { top: pad, bottom: pad, left: pad, right: pad };
  }
  const total = (side: number) => Math.max(0, (Math.ceil(side / stride) - 1) * stride + size - side);
  const [rows, columns] = [total(height), total(width)];
  const [top, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return { top, bottom: rows - top, left, right: columns - left };
}
