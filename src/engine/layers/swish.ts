import * as tf from "@tensorflow/tfjs";
import { elementwise } from "./elementwise";

/** Swish:  y = x σ(x),  y′ = σ + x σ′,  y″ = 2σ′ + x σ′ (1 - 2σ)  with σ′ = σ (1 - σ). */
export const swish = elementwise({
  value: (x) => x.mul(tf.sigmoid(x)),
  from: "input",
  derivative: (x) => {
    const gate = tf.sigmoid(x);
    return gate.add(x.mul(slope(gate)));
  },
  second: (x) => {
    const gate = tf.sigmoid(x);
    return slope(gate).mul(x.mul(tf.sub(1, gate.mul(2))).add(2));
  },
});

function slope(gate: tf.Tensor): tf.Tensor {
  return gate.sub(gate.square());
}
