/**
 * ResNet18 for small images: a 3x3 stem without pooling, then four stages of two basic blocks. The "average
 * pooled" form replaces each convolution of stride 2 by one of stride 1 and a 2x2 average pooling.
 */
import type { ImageShape } from "@/shared/dataset";
import { avgPool } from "../layers/avgPool";
import { conv2d } from "../layers/conv2d";
import { flatten } from "../layers/flatten";
import { globalPool } from "../layers/globalPool";
import type { LayerMaker } from "../layers/layer";
import { relu } from "../layers/relu";
import { residual } from "../layers/residual";
import { assembleNetwork, requireSide, type Network, type NetworkEntry } from "./network";

const STAGES = [64, 128, 256, 512];
const BLOCKS = 2; // per stage

export interface ResidualOptions {
  norm: LayerMaker;
  averagePooled: boolean;
}

/** The whole network. Attention matching looks at the stem and at the end of each stage. */
export function buildResNet18(shape: ImageShape, classes: number, options: ResidualOptions): Network {
  requireSide("ResNet18", shape, 8);
  const entries: NetworkEntry[] = [
    ["conv1", conv2d({ filters: STAGES[0]!, size: 3, padding: 1, bias: false })],
    ["bn1", options.norm],
    ["relu", relu, "tap"],
  ];
  let channels = STAGES[0]!;
  STAGES.forEach((filters, stage) => {
    for (let block = 0; block < BLOCKS; block++) {
      const name = `layer${stage + 1}.${block}`;
      entries.push([name, basicBlock(channels, filters, stage > 0 && block === 0, options)]);
      entries.push(block === BLOCKS - 1 ? [`${name}.relu`, relu, "tap"] : [`${name}.relu`, relu]);
      channels = filters;
    }
  });
  if (!options.averagePooled) entries.push(["pool", globalPool]);
  return assembleNetwork(shape, classes, [...entries, ["flatten", flatten]], "classifier");
}

/** conv - norm - ReLU - conv - norm, plus the input or, where the shape changes, its 1x1 convolution. */
function basicBlock(channels: number, filters: number, halve: boolean, options: ResidualOptions): LayerMaker {
  const { norm, averagePooled } = options;
  const stride = halve && !averagePooled ? 2 : 1;
  const pooled = halve && averagePooled;
  const conv = (size: number, step: number) =>
    conv2d({ filters, size, stride: step, padding: (size - 1) / 2, bias: false });
  const main: [string, LayerMaker][] = [
    ["conv1", conv(3, stride)],
    ["bn1", norm],
    ["relu", relu],
    ...(pooled ? [["pool", avgPool(2)] as [string, LayerMaker]] : []),
    ["conv2", conv(3, 1)],
    ["bn2", norm],
  ];
  if (!halve && channels === filters) return residual(main, []);
  const shortcut: [string, LayerMaker][] = pooled
    ? [
        ["shortcut.0", conv(1, 1)],
        ["shortcut.1", avgPool(2)],
        ["shortcut.2", norm],
      ]
    : [
        ["shortcut.0", conv(1, stride)],
        ["shortcut.1", norm],
      ];
  return residual(main, shortcut);
}
