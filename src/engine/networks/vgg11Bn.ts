import { batchNorm } from "../layers/batchNorm";
import { defineNetwork } from "./network";
import { buildVgg11 } from "./vgg11";

export default defineNetwork({
  id: "vgg11bn",
  label: "VGG11 (batch norm)",
  about: "VGG11 with batch norm behind each convolution.",
  cite: "Simonyan & Zisserman 2015, arXiv:1409.1556",
  params: {},
  build: (shape, classes) => buildVgg11(shape, classes, batchNorm),
});
