import * as tf from "@tensorflow/tfjs";
import { unpool } from "@/tensor/ops/unpool";
import { imageShape } from "./conv2d";
import type { LayerMaker } from "./layer";
import { linearMap } from "./linearMap";

/** Average over windows of size x size that do not overlap; a rest at the lower and right border is dropped. */
export function avgPool(size: number): LayerMaker {
  const pool = linearMap((inputShape) => {
    const [height, width, channels] = imageShape("avgPool", inputShape);
    const outputShape = [Math.floor(height / size), Math.floor(width / size), channels];
    if (outputShape.includes(0)) {
      throw new Error(`avgPool(): a ${size}x${size} window does not fit on [${inputShape.join(", ")}]`);
    }
    return {
      outputShape,
      apply: (x) => tf.avgPool(x as tf.Tensor4D, size, size, "valid"),
      adjoint: (dy) => unpool(dy.div<tf.Tensor4D>(size * size), size, height, width),
    };
  });
  return (shape) => ({ ...pool(shape), ...(size === 2 && { fusesAs: "averagePool2" }) });
}
