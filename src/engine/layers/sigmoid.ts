import * as tf from "@tensorflow/tfjs";
import { elementwise } from "./elementwise";

/** Logistic function:  y = 1 / (1 + e^-x),  y′ = y (1 - y),  y″ = y (1 - y) (1 - 2y). */
export const sigmoid = elementwise({
  value: (x) => tf.sigmoid(x),
  from: "output",
  derivative: slope,
  second: (y) => slope(y).mul(tf.sub(1, y.mul(2))),
});

function slope(y: tf.Tensor): tf.Tensor {
  return y.sub(y.square());
}
