import { flatten } from "../layers/flatten";
import { linear } from "../layers/linear";
import { relu } from "../layers/relu";
import { assembleNetwork, defineNetwork } from "./network";

const WIDTH = 128;

/** Two hidden layers of 128, no convolutions. */
export default defineNetwork({
  id: "mlp",
  label: "MLP",
  about: "Two hidden layers of 128 units: the plainest network there is.",
  params: {},
  build: (shape, classes) =>
    assembleNetwork(
      shape,
      classes,
      [
        ["flatten", flatten],
        ["fc_1", linear(WIDTH)],
        ["relu_1", relu],
        ["fc_2", linear(WIDTH)],
        ["relu_2", relu],
      ],
      "fc_3",
    ),
});
