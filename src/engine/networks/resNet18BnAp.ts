import { batchNorm } from "../layers/batchNorm";
import { defineNetwork } from "./network";
import { buildResNet18 } from "./residualStack";

export default defineNetwork({
  id: "resnet18bnap",
  label: "ResNet18 (batch norm, average pooling)",
  about: "ResNet18 with batch norm that halves by average pooling instead of strides.",
  cite: "He et al. 2016, arXiv:1512.03385",
  params: {},
  build: (shape, classes) => buildResNet18(shape, classes, { norm: batchNorm, averagePooled: true }),
});
