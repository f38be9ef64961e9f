import * as tf from "@tensorflow/tfjs";
import { imageShape } from "./conv2d";
import { linearMap } from "./linearMap";

/** Average over the whole image: [height, width, channels] -> [1, 1, channels]. */
export const globalPool = linearMap((inputShape) => {
  const [height, width, channels] = imageShape("globalPool", inputShape);
  return {
    outputShape: [1, 1, channels],
    apply: (x) => tf.avgPool(x as tf.Tensor4D, [height, width], 1, "valid"),
    adjoint: (dy) => dy.div(height * width).broadcastTo([dy.shape[0], height, width, channels]),
  };
});
