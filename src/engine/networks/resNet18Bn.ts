import { batchNorm } from "../layers/batchNorm";
import { defineNetwork } from "./network";
import { buildResNet18 } from "./residualStack";

export default defineNetwork({
  id: "resnet18bn",
  label: "ResNet18 (batch norm)",
  about: "Eighteen layers in residual blocks, with batch norm.",
  cite: "He et al. 2016, arXiv:1512.03385",
  params: {},
  build: (shape, classes) => buildResNet18(shape, classes, { norm: batchNorm, averagePooled: false }),
});
