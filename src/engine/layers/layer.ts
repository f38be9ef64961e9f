/**
 * What a layer is: four passes written by hand from first-order kernels, over tensors NHWC or [n, features].
 *
 *   forward          y = f(x, w)
 *   backward         dx = (∂f/∂x)ᵀ dy,  dw = (∂f/∂w)ᵀ dy
 *   tangentForward   ẏ = (∂f/∂x) ẋ + (∂f/∂w) ẇ
 *   tangentBackward  the derivative of `backward` along (ẋ, ẇ, ḋy)
 *
 * The last two make the R-operator (Pearlmutter 1994): second derivatives without a tape.
 */
import type * as tf from "@tensorflow/tfjs";
import type { ChannelView } from "@/tensor/ops/channels";
import type { FlatPart } from "@/tensor/ops/flatPart";

/** Tensors that a pass keeps for a later one, in any nesting. */
export type Saved = tf.Tensor | readonly Saved[];

/** How a weight starts: PyTorch's default is uniform in ±bound, norms start with constants. */
export type WeightFill = { kind: "uniform"; bound: number } | { kind: "constant"; value: number };

/** One tensor of weights, as PyTorch and as the layers see it. */
export interface WeightSpec {
  /** "weight" or "bias"; containers put their own names in front. */
  name: string;
  torchShape: readonly number[];
  shape: readonly number[];
  /** PyTorch's shape with fused axes split; `axes[i]` is the split axis that internal axis i is. */
  torchAxes: { split: readonly number[]; axes: readonly number[] };
  fill: WeightFill;
}

/** A batch norm's running statistics: `name` is the layer's own. */
export interface StatisticsSpec {
  name: string;
  channels: number;
}

/** The numbers that a layer works with. */
export interface LayerValues {
  /** In the order of the layer's `weights`. */
  weights: readonly FlatPart[];
  /** Running mean and variance of each batch norm, when they are frozen. */
  statistics?: readonly tf.Tensor[];
}

export interface ForwardRun {
  /** Whether a backward pass follows, so that `saved` is needed. */
  keep: boolean;
  /** Called by each batch norm in training form, in order, with the batch's mean and unbiased variance. */
  observe?: (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;
}

/** Which derivatives a backward pass has to compute. */
export interface Wanted {
  input: boolean;
  weights: boolean;
  /** Equal shares of the batch, one after another, with a weight gradient each; default 1. See `Layer.grouped`. */
  groups?: number;
}

export interface ForwardResult {
  y: tf.Tensor;
  saved: Saved;
}

export interface BackwardResult {
  dx: tf.Tensor | null;
  /** Whose numbers, one after another, are the gradient of the layer's `weights`; empty when they are not wanted. */
  dw: readonly tf.Tensor[];
}

export interface TangentForwardResult {
  yDot: tf.Tensor | null;
  savedDot: Saved;
}

export interface TangentBackwardResult {
  dx: tf.Tensor | null;
  dxDot: tf.Tensor | null;
  dwDot: readonly tf.Tensor[];
}

/** What `tangentBackward` starts from. */
export interface TangentBackwardInput {
  saved: Saved;
  savedDot: Saved;
  values: LayerValues;
  /** Tangents of the weights. */
  tangents: readonly FlatPart[];
  dy: tf.Tensor;
  dyDot: tf.Tensor;
  /** `input` is ḋx, `primalInput` dx, which only the layers below need. */
  wanted: Wanted & { primalInput: boolean };
}

export interface Layer {
  /** Of one sample: [height, width, channels] or [features]. */
  readonly outputShape: readonly number[];
  readonly weights: readonly WeightSpec[];
  readonly statistics: readonly StatisticsSpec[];
  /** What `fuseLayers` may take it for. */
  readonly fusesAs?: "relu" | "averagePool2";
  /** Of a norm with one γ and β per channel, which `fuseLayers` may take together with what follows. */
  readonly channelNorm?: ChannelView;
  /**
   * Works on groups: weight gradients [groups, size], tangents of the weights [groups, P]; on WebGPU alone. "frozen":
   * with given statistics only, as others mix the groups.
   */
  readonly grouped?: boolean | "frozen";
  /** The layers of a container, for whoever counts what they compute. */
  readonly inner?: readonly Layer[];
  forward(x: tf.Tensor, values: LayerValues, run: ForwardRun): ForwardResult;
  backward(saved: Saved, values: LayerValues, dy: tf.Tensor, wanted: Wanted): BackwardResult;
  /** A tangent that is null is zero. */
  tangentForward(
    saved: Saved,
    values: LayerValues,
    tangents: readonly FlatPart[],
    xDot: tf.Tensor | null,
  ): TangentForwardResult;
  tangentBackward(input: TangentBackwardInput): TangentBackwardResult;
}

/** A layer that waits for the shape of its input. */
export type LayerMaker = (inputShape: readonly number[]) => Layer;

/** The sum of two tangents of which any may be zero (null). */
export function addTangents(a: tf.Tensor | null, b: tf.Tensor | null): tf.Tensor | null {
  if (!a || !b) return a ?? b;
  return a.add(b);
}

/** A layer's spec for a tensor whose layouts agree. */
export function plainWeight(name: string, shape: readonly number[], fill: WeightFill): WeightSpec {
  const axes = shape.map((_, axis) => axis);
  return { name, torchShape: shape, shape, torchAxes: { split: shape, axes }, fill };
}
