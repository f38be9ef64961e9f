import * as tf from "@tensorflow/tfjs";
import { elementwise } from "./elementwise";

const SLOPE = 0.01; // PyTorch's default

/** Leaky rectifier:  y = max(x, 0.01 x),  y′ = 1 where y > 0, else 0.01,  y″ = 0. */
export const leakyRelu = elementwise({
  value: (x) => tf.leakyRelu(x, SLOPE),
  from: "output",
  derivative: (y) => tf.step(y, SLOPE),
});
