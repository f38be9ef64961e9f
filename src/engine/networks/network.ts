/** The contract of `engine/networks`: image shape in, a network as a function of its weights out. */
import * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { Params, ParamValues } from "@/shared/params";
import type { PluginInfo } from "@/shared/plugin";
import type { Random } from "@/shared/random";
import { buildChain, chainStatistics, chainWeights, type NamedLayer } from "../layers/chain";
import type { LayerMaker, StatisticsSpec } from "../layers/layer";
import { linear } from "../layers/linear";
import { weightTable, type WeightEntry } from "./weightTable";

/** A network without its weights: these are one flat vector [P], float32, in PyTorch's state-dict order. */
export interface Network {
  readonly inputShape: ImageShape;
  readonly classes: number;
  /** P. */
  readonly weightCount: number;
  /** Numbers per image that enter the classifier. */
  readonly embeddingSize: number;
  readonly table: readonly WeightEntry[];
  /** All layers; the last one is the classifier, so the embedding is the output of the one before. */
  readonly layers: readonly NamedLayer[];
  /** Indices of the layers whose outputs attention matching looks at. */
  readonly taps: readonly number[];
  /** Batch norms in order; a statistics vector holds mean [channels], then variance [channels] of each. */
  readonly batchNorms: readonly StatisticsSpec[];
  /** Numbers in a statistics vector, 0 without batch norm. */
  readonly statisticsCount: number;
  /** Fresh weights [P] with PyTorch's default initialisation. */
  init(random: Random): tf.Tensor1D;
}

export interface NetworkPlugin<P extends Params = Params> extends PluginInfo {
  params: P;
  /** @throws UserError if images of this shape do not fit through the network */
  build(inputShape: ImageShape, classes: number, params: ParamValues<P>): Network;
}

/** Declares a network; the default export of its file. */
export function defineNetwork<P extends Params>(plugin: NetworkPlugin<P>): NetworkPlugin {
  return plugin;
}

/** A layer in a network's list; `tap` marks the output of an activation layer of a convolution block. */
export type NetworkEntry = readonly [name: string, make: LayerMaker, tap?: "tap"];

/**
 * Puts a network together.
 * @param entries all layers up to the embedding, which must be flat
 * @param classifier name of the linear layer behind it
 */
export function assembleNetwork(
  inputShape: ImageShape,
  classes: number,
  entries: readonly NetworkEntry[],
  classifier: string,
): Network {
  const makers = [
    ...entries.map(([name, make]) => [name, make] as const),
    [classifier, linear(classes)] as const,
  ];
  const layers = buildChain([inputShape.height, inputShape.width, inputShape.channels], makers);
  const table = weightTable(chainWeights(layers));
  const batchNorms = chainStatistics(layers);
  const weightCount = table.reduce((sum, { size }) => sum + size, 0);
  return {
    inputShape,
    classes,
    weightCount,
    embeddingSize: layers.at(-2)!.layer.outputShape[0]!,
    table,
    layers,
    taps: entries.flatMap(([, , tap], i) => (tap ? [i] : [])),
    batchNorms,
    statisticsCount: batchNorms.reduce((sum, { channels }) => sum + 2 * channels, 0),
    init: (random) => tf.tensor1d(initialWeights(table, weightCount, random)),
  };
}

/** Uniform in ±1/√fanIn for convolutions and linear layers, 1 and 0 for norms. */
function initialWeights(table: readonly WeightEntry[], count: number, random: Random): Float32Array {
  const weights = new Float32Array(count);
  for (const { offset, size, fill } of table) {
    const part = weights.subarray(offset, offset + size);
    if (fill.kind === "uniform") random.fillUniform(part, -fill.bound, fill.bound);
    else part.fill(fill.value);
  }
  return weights;
}

/** @throws UserError if the images are smaller than a network can halve */
export function requireSide(label: string, { height, width }: ImageShape, least: number): void {
  if (Math.min(height, width) >= least) return;
  throw new UserError(
    `${label} needs images of at least ${least} x ${least} pixels; these are ${width} x ${height}.`,
    "Choose another network, or import the images at a larger size.",
  );
}
