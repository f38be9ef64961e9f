import { batchNorm } from "../layers/batchNorm";
import { buildAlexNet } from "./alexNet";
import { defineNetwork } from "./network";

export default defineNetwork({
  id: "alexnetbn",
  label: "AlexNet (batch norm)",
  about: "AlexNet for small images with batch norm behind each convolution.",
  cite: "Krizhevsky et al. 2012, NeurIPS 25",
  params: {},
  build: (shape, classes) => buildAlexNet(shape, classes, batchNorm),
});
