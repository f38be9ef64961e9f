import { conv2d } from "../layers/conv2d";
import { flatten } from "../layers/flatten";
import { linear } from "../layers/linear";
import { maxPool } from "../layers/maxPool";
import { relu } from "../layers/relu";
import { assembleNetwork, defineNetwork, requireSide } from "./network";

/** Two convolutions and three linear layers; grey images are padded from 28 to 32 pixels. */
export default defineNetwork({
  id: "lenet",
  label: "LeNet",
  about: "The classic of 1998: two convolutions and three linear layers.",
  cite: "LeCun et al. 1998, Proceedings of the IEEE 86(11)",
  params: {},
  build: (shape, classes) => {
    requireSide("LeNet", shape, 16);
    return assembleNetwork(
      shape,
      classes,
      [
        ["features.0", conv2d({ filters: 6, size: 5, padding: shape.channels === 1 ? 2 : 0 })],
        ["features.1", relu, "tap"],
        ["features.2", maxPool(2)],
        ["features.3", conv2d({ filters: 16, size: 5 })],
        ["features.4", relu, "tap"],
        ["features.5", maxPool(2)],
        ["flatten", flatten],
        ["fc_1", linear(120)],
        ["relu_1", relu],
        ["fc_2", linear(84)],
        ["relu_2", relu],
      ],
      "fc_3",
    );
  },
});
