import * as tf from "@tensorflow/tfjs";
import { hasNormBlock } from "@/tensor/ops/normBlock";
import type { NamedLayer } from "./chain";
import { normBlock } from "./normBlock";

/**
 * The same chain with every run of norm, ReLU and 2x2 average pooling (or the first two) as one layer, where the backend
 * has that in one kernel; the weights and their order stay.
 */
export function fuseLayers(chain: readonly NamedLayer[]): readonly NamedLayer[] {
  if (!hasNormBlock()) return chain;
  const fused: NamedLayer[] = [];
  for (let i = 0; i < chain.length; i++) {
    const [norm, relu, pool] = chain.slice(i, i + 3);
    const view = norm!.layer.channelNorm;
    if (!view || relu?.layer.fusesAs !== "relu") {
      fused.push(norm!);
      continue;
    }
    // over the batch, images lie one below the other, and no window may reach from one into the next
    const isPooled =
      pool?.layer.fusesAs === "averagePool2" &&
      (view.per === "sample" || norm!.layer.outputShape[0]! % 2 === 0);
    const last = isPooled ? pool : relu;
    fused.push({ name: norm!.name, layer: normBlock(norm!.layer, view, last.layer, isPooled ? 2 : 1) });
    i += isPooled ? 2 : 1;
  }
  return fused;
}

/**
 * Whether `chain` computes one weight gradient for each of several equal shares of a batch in one pass.
 * @param frozen batch norm has given statistics
 */
export const computesGroups = (chain: readonly NamedLayer[], frozen: boolean): boolean =>
  tf.getBackend() === "webgpu" &&
  fuseLayers(chain).every(({ layer: { grouped } }) => (grouped === "frozen" ? frozen : grouped));
