import * as tf from "@tensorflow/tfjs";
import { elementwise } from "./elementwise";
import type { LayerMaker } from "./layer";

const rectifier = elementwise({
  value: (x) => tf.relu(x),
  from: "output",
  derivative: (y) => tf.step(y),
});

/** Rectifier:  y = max(x, 0),  y′ = [y > 0],  y″ = 0. */
export const relu: LayerMaker = (shape) => ({ ...rectifier(shape), fusesAs: "relu" });
