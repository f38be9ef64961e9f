/** Networks that round what their layers keep, or hand on, to half precision; every sum stays in float32. */
import * as tf from "@tensorflow/tfjs";
import { fromFloat16, toFloat16 } from "@/data/codecs/float16";
import { restoreSaved, shapeOfSaved, tensorsOf } from "@/engine/layers/chain";
import type { Layer, Saved } from "@/engine/layers/layer";
import { networks } from "@/engine/networks";

export interface HalfActivations {
  /**
   * What is rounded of what layers keep for the later passes: all of it; the inputs of convolutions and norms, from which
   * all else is computed again, as WebGPU's blocks of norm, activation and pooling do it; those of convolutions alone.
   */
  kept: "all" | "inputs" | "convolutions";
  /** Also what goes from layer to layer: forwards, or in both directions with all tangents. */
  flowing?: "forwards" | "everywhere";
  /** A power of two per tensor brings its largest number near the largest half. */
  scaled?: boolean;
}

/** Runs `work` on networks that round so; null rounds nothing. */
export async function withHalfActivations<T>(
  half: HalfActivations | null,
  work: () => Promise<T>,
): Promise<T> {
  if (!half) return work();
  const plugins = [...networks.values()];
  const builders = plugins.map((plugin) => plugin.build.bind(plugin));
  plugins.forEach((plugin, i) => {
    plugin.build = (...args) => {
      const network = builders[i]!(...args);
      const block: Block = { again: null };
      const layers = network.layers.map(({ name, layer }) => ({ name, layer: rounded(layer, half, block) }));
      return { ...network, layers };
    };
  });
  try {
    return await work();
  } finally {
    plugins.forEach((plugin, i) => (plugin.build = builders[i]!));
  }
}

/** What the last norm gives out, computed from its rounded input. */
interface Block {
  again: tf.Tensor | null;
}

function rounded(layer: Layer, { kept, flowing, scaled = false }: HalfActivations, block: Block): Layer {
  const isConvolution = layer.weights[0]?.shape.length === 4;
  const isNorm = layer.channelNorm !== undefined;
  const isKept = kept !== "convolutions" || isConvolution;
  const forwards = (x: tf.Tensor): tf.Tensor => (flowing ? toHalf(x, scaled) : x);
  const everywhere = <T extends tf.Tensor | null>(x: T): T | tf.Tensor =>
    flowing === "everywhere" && x ? toHalf(x, scaled) : x;
  /** Statistics per channel are smaller than what goes in and out, and stay as they are. */
  const keep = (saved: Saved, least: number): Saved => {
    if (!isKept) return saved;
    const tensors = tensorsOf(saved).map((x) => (x.size >= least ? toHalf(x, scaled) : x));
    return restoreSaved(shapeOfSaved(saved), tensors);
  };
  /** What a norm, or the layer behind one, gets when everything is computed from what was kept; null for others. */
  const computedAgain = (x: tf.Tensor): tf.Tensor | null => {
    if (isNorm) return toHalf(x, scaled);
    const again = block.again?.clone() ?? null;
    block.again?.dispose();
    block.again = null;
    return again;
  };
  const sizes = (n: number): number => n * layer.outputShape.reduce((a, b) => a * b, 1);
  return {
    ...sizesOf(layer),
    forward(x, values, run) {
      const { y, saved } = layer.forward(x, values, run);
      if (!run.keep) return { y: forwards(y), saved: [] };
      const again = kept === "inputs" ? computedAgain(x) : null;
      if (!again) return { y: forwards(y), saved: keep(saved, Math.min(x.size, y.size)) };
      const other = layer.forward(again, values, { keep: true });
      if (isNorm) block.again = tf.keep(other.y.clone());
      return { y: forwards(y), saved: other.saved };
    },
    backward(saved, values, dy, wanted) {
      const { dx, dw } = layer.backward(saved, values, dy, wanted);
      return { dx: everywhere(dx), dw };
    },
    tangentForward(saved, values, tangents, xDot) {
      const { yDot, savedDot } = layer.tangentForward(saved, values, tangents, xDot);
      const out = yDot ? sizes(yDot.shape[0]) : Infinity;
      return {
        yDot: everywhere(yDot),
        savedDot: keep(savedDot, Math.min(xDot?.size ?? out, out)),
      };
    },
    tangentBackward(input) {
      const { dx, dxDot, dwDot } = layer.tangentBackward(input);
      return { dx: everywhere(dx), dxDot: everywhere(dxDot), dwDot };
    },
  };
}

/** All but what would let a layer be taken together with its neighbours, past the rounding between them. */
const sizesOf = ({ outputShape, weights, statistics, inner }: Layer) => ({
  ...{ outputShape, weights, statistics },
  ...(inner && { inner }),
});

const toHalf = (x: tf.Tensor, scaled: boolean): tf.Tensor =>
  tf.tensor(throughHalf(x.dataSync<"float32">(), scaled), x.shape);

/** The numbers that halves give back. @param scaled multiplied by a power of two before, divided by it after */
export function throughHalf(values: Float32Array, scaled: boolean): Float32Array<ArrayBuffer> {
  if (!scaled) return fromFloat16(toFloat16(values));
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0 || !Number.isFinite(largest)) return fromFloat16(toFloat16(values));
  const scale = 2 ** (14 - Math.floor(Math.log2(largest)));
  return fromFloat16(toFloat16(values.map((value) => value * scale))).map((value) => value / scale);
}
