import type * as tf from "@tensorflow/tfjs";
import { imageShape } from "./conv2d";
import { linearMap } from "./linearMap";

/** Flattens an image in PyTorch's order: [height, width, channels] -> [channels · height · width]. */
export const flatten = linearMap((inputShape) => {
  const [height, width, channels] = imageShape("flatten", inputShape);
  return {
    outputShape: [channels * height * width],
    apply: (x) =>
      height * width === 1
        ? x.reshape([-1, channels])
        : x.transpose<tf.Tensor4D>([0, 3, 1, 2]).reshape([-1, channels * height * width]),
    adjoint: (dy) =>
      height * width === 1
        ? dy.reshape([-1, 1, 1, channels])
        : dy.reshape([-1, channels, height, width]).transpose([0, 2, 3, 1]),
  };
});
