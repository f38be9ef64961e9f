/** The plain stacks of AlexNet and VGG: convolutions, each with norm and ReLU, and 2x2 max pooling in between. */
import { conv2d } from "../layers/conv2d";
import { flatten } from "../layers/flatten";
import type { LayerMaker } from "../layers/layer";
import { maxPool } from "../layers/maxPool";
import { relu } from "../layers/relu";
import type { NetworkEntry } from "./network";

/** A convolution, or "pool". */
export type StackPart = { filters: number; size: number; padding: number } | "pool";

/** The layers `features.0`, `features.1`, … and the flattening behind them. */
export function featureStack(parts: readonly StackPart[], norm: LayerMaker | null): NetworkEntry[] {
  const entries: NetworkEntry[] = [];
  const name = () => `features.${entries.length}`;
  for (const part of parts) {
    if (part === "pool") {
      entries.push([name(), maxPool(2)]);
      continue;
    }
    entries.push([name(), conv2d(part)]);
    if (norm) entries.push([name(), norm]);
    entries.push([name(), relu, "tap"]);
  }
  return [...entries, ["flatten", flatten]];
}
