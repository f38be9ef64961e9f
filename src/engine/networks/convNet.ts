import { UserError } from "@/shared/errors";
import { choice, int } from "@/shared/params";
import { avgPool } from "../layers/avgPool";
import { batchNorm } from "../layers/batchNorm";
import { conv2d } from "../layers/conv2d";
import { flatten } from "../layers/flatten";
import { groupNorm, instanceNorm } from "../layers/groupNorm";
import type { LayerMaker } from "../layers/layer";
import { layerNorm } from "../layers/layerNorm";
import { leakyRelu } from "../layers/leakyRelu";
import { maxPool } from "../layers/maxPool";
import { relu } from "../layers/relu";
import { sigmoid } from "../layers/sigmoid";
import { swish } from "../layers/swish";
import { assembleNetwork, defineNetwork, type NetworkEntry } from "./network";

const NORM_GROUPS = 4; // of "group"

const NORMS: Record<string, LayerMaker | null> = {
  none: null,
  batch: batchNorm,
  layer: layerNorm,
  instance: instanceNorm,
  group: groupNorm(NORM_GROUPS),
};
const ACTIVATIONS: Record<string, LayerMaker> = { relu, leakyrelu: leakyRelu, sigmoid, swish };
const POOLINGS: Record<string, LayerMaker | null> = { none: null, max: maxPool(2), avg: avgPool(2) };

/**
 * The ConvNet of the distillation papers (Gidaris & Komodakis 2018): blocks of convolution 3x3, norm, activation
 * and 2x2 pooling, then one linear layer. Grey images get a first padding of 3, which makes 28 pixels 32.
 */
export default defineNetwork({
  id: "convnet",
  label: "ConvNet",
  about: "The small convolutional network that almost all distillation papers learn and test with.",
  cite: "Gidaris & Komodakis 2018, arXiv:1804.09458",
  params: {
    width: int("Network width", {
      default: 128,
      slowDefault: 32,
      min: 1,
      max: 512,
      log: true,
      help: "Filters per convolution; the papers use 128, computing time grows with its square.",
    }),
    depth: int("Network depth", {
      default: 3,
      min: 1,
      max: 6,
      help: "Blocks, each of which halves the image: 3 for 32 pixels, 4 for 64.",
    }),
    norm: choice("Normalisation", {
      help: "What follows each convolution; most papers take instance norm, DataDAM's code batch norm.",
      default: "instance",
      options: [
        { value: "none", label: "None" },
        { value: "batch", label: "Batch norm" },
        { value: "layer", label: "Layer norm" },
        { value: "instance", label: "Instance norm" },
        { value: "group", label: "Group norm" },
      ],
      advanced: true,
    }),
    activation: choice("Activation", {
      help: "The nonlinearity of each block; the papers take ReLU.",
      default: "relu",
      options: [
        { value: "relu", label: "ReLU" },
        { value: "leakyrelu", label: "Leaky ReLU" },
        { value: "sigmoid", label: "Sigmoid" },
        { value: "swish", label: "Swish" },
      ],
      advanced: true,
    }),
    pooling: choice("Pooling", {
      help: "What halves the image at the end of each block; without it the classifier gets very large.",
      default: "avg",
      options: [
        { value: "none", label: "None" },
        { value: "max", label: "Max" },
        { value: "avg", label: "Average" },
      ],
      advanced: true,
    }),
  },

  build(shape, classes, { width, depth, norm, activation, pooling }) {
    const firstPadding = shape.channels === 1 ? 3 : 1;
    const side = Math.min(shape.height, shape.width) + 2 * firstPadding - 2;
    const deepest = Math.floor(Math.log2(side));
    if (pooling !== "none" && depth > deepest) {
      throw new UserError(
        `A ConvNet of depth ${depth} halves the images ${depth} times, but they are ${shape.width} x ${shape.height} pixels.`,
        `Choose a network depth of at most ${deepest}, or larger images.`,
      );
    }
    if (norm === "group" && width % NORM_GROUPS !== 0) {
      throw new UserError(
        `Group norm needs a network width that ${NORM_GROUPS} divides; it is ${width}.`,
        `Choose ${Math.ceil(width / NORM_GROUPS) * NORM_GROUPS}, or another normalisation.`,
      );
    }
    const entries: NetworkEntry[] = [];
    const add = (make: LayerMaker | null | undefined, tap?: "tap") => {
      if (make)
        entries.push(tap ? [`features.${entries.length}`, make, tap] : [`features.${entries.length}`, make]);
    };
    for (let block = 0; block < depth; block++) {
      add(conv2d({ filters: width, size: 3, padding: block === 0 ? firstPadding : 1 }));
      add(NORMS[norm]);
      add(ACTIVATIONS[activation], "tap");
      add(POOLINGS[pooling]);
    }
    return assembleNetwork(shape, classes, [...entries, ["flatten", flatten]], "classifier");
  },
});
