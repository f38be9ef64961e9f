import { instanceNorm } from "../layers/groupNorm";
import { defineNetwork } from "./network";
import { buildResNet18 } from "./residualStack";

export default defineNetwork({
  id: "resnet18",
  label: "ResNet18",
  about: "Eighteen layers in residual blocks, with instance norm.",
  cite: "He et al. 2016, arXiv:1512.03385",
  params: {},
  build: (shape, classes) => buildResNet18(shape, classes, { norm: instanceNorm, averagePooled: false }),
});
