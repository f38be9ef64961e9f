import type { ImageShape } from "@/shared/dataset";
import { instanceNorm } from "../layers/groupNorm";
import type { LayerMaker } from "../layers/layer";
import { featureStack, type StackPart } from "./featureStack";
import { assembleNetwork, defineNetwork, requireSide, type Network } from "./network";

const STACK = [64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"] as const;

/** The VGG11 of the distillation papers with any norm; grey images get a first padding of 3. */
export function buildVgg11(shape: ImageShape, classes: number, norm: LayerMaker): Network {
  requireSide("VGG11", shape, shape.channels === 1 ? 28 : 32);
  const parts = STACK.map((part, i): StackPart => {
    const padding = i === 0 && shape.channels === 1 ? 3 : 1;
    return part === "pool" ? part : { filters: part, size: 3, padding };
  });
  return assembleNetwork(shape, classes, featureStack(parts, norm), "classifier");
}

export default defineNetwork({
  id: "vgg11",
  label: "VGG11",
  about: "Eight convolutions of 64 to 512 filters with instance norm and max pooling.",
  cite: "Simonyan & Zisserman 2015, arXiv:1409.1556",
  params: {},
  build: (shape, classes) => buildVgg11(shape, classes, instanceNorm),
});
