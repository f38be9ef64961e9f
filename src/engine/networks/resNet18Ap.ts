import { instanceNorm } from "../layers/groupNorm";
import { defineNetwork } from "./network";
import { buildResNet18 } from "./residualStack";

export default defineNetwork({
  id: "resnet18ap",
  label: "ResNet18 (average pooling)",
  about: "ResNet18 with instance norm that halves by average pooling instead of strides.",
  cite: "He et al. 2016, arXiv:1512.03385",
  params: {},
  build: (shape, classes) => buildResNet18(shape, classes, { norm: instanceNorm, averagePooled: true }),
});
