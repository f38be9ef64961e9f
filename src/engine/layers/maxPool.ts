/**
 * Maximum over windows that do not overlap; a rest at the lower and right border is dropped. With m the mask of
 * each window's first maximum,
 *
 *   ẏ = Σ over the window of m ẋ     dx = m · unpool(dy)     ḋx = m · unpool(ḋy)
 */
import * as tf from "@tensorflow/tfjs";
import { firstMaxima } from "@/tensor/ops/firstMaxima";
import { unpool } from "@/tensor/ops/unpool";
import { imageShape } from "./conv2d";
import type { Layer, LayerMaker } from "./layer";

export function maxPool(size: number): LayerMaker {
  return (inputShape): Layer => {
    const [height, width, channels] = imageShape("maxPool", inputShape);
    const outputShape = [Math.floor(height / size), Math.floor(width / size), channels];
    if (outputShape.includes(0)) {
      throw new Error(`maxPool(): a ${size}x${size} window does not fit on [${inputShape.join(", ")}]`);
    }
    const spread = (dy: tf.Tensor, mask: tf.Tensor) =>
      unpool(dy as tf.Tensor4D, size, height, width).mul(mask);
    return {
      outputShape,
      weights: [],
      statistics: [],
      grouped: true,
      forward(x, _values, { keep }) {
        const y = tf.maxPool(x as tf.Tensor4D, size, size, "valid");
        return { y, saved: keep ? firstMaxima(x as tf.Tensor4D, y, size) : [] };
      },
      backward(mask, _values, dy, wanted) {
        return { dx: wanted.input ? spread(dy, mask as tf.Tensor) : null, dw: [] };
      },
      tangentForward(mask, _values, _tangents, xDot) {
        if (!xDot) return { yDot: null, savedDot: [] };
        const picked = xDot.mul<tf.Tensor4D>(mask as tf.Tensor);
        return { yDot: tf.avgPool(picked, size, size, "valid").mul(size * size), savedDot: [] };
      },
      tangentBackward({ saved: mask, dy, dyDot, wanted }) {
        return {
          dx: wanted.primalInput ? spread(dy, mask as tf.Tensor) : null,
          dxDot: wanted.input ? spread(dyDot, mask as tf.Tensor) : null,
          dwDot: [],
        };
      },
    };
  };
}
