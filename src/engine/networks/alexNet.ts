import type { ImageShape } from "@/shared/dataset";
import type { LayerMaker } from "../layers/layer";
import { featureStack } from "./featureStack";
import { assembleNetwork, defineNetwork, requireSide, type Network } from "./network";

/** The AlexNet of the distillation papers with any norm. */
export function buildAlexNet(shape: ImageShape, classes: number, norm: LayerMaker | null): Network {
  requireSide("AlexNet", shape, 8);
  const conv = (filters: number, size: number, padding: number) => ({ filters, size, padding });
  const parts = [
    conv(128, 5, shape.channels === 1 ? 4 : 2), // 28 grey pixels become 32
    "pool",
    conv(192, 5, 2),
    "pool",
    conv(256, 3, 1),
    conv(192, 3, 1),
    conv(192, 3, 1),
    "pool",
  ] as const;
  return assembleNetwork(shape, classes, featureStack(parts, norm), "fc");
}

export default defineNetwork({
  id: "alexnet",
  label: "AlexNet",
  about: "Five convolutions with max pooling and no norm, cut to small images.",
  cite: "Krizhevsky et al. 2012, NeurIPS 25",
  params: {},
  build: (shape, classes) => buildAlexNet(shape, classes, null),
});
