/**
 * The forward pass as an operator with one ordinary backward pass as its derivative, towards the images and the
 * weights, with cotangents entering at any of the taps.
 *
 *   features(w, x) → activations (for attention), embedding (enters the classifier), logits
 *
 * The layers between two taps are one `customGrad`, so tfjs sums the cotangents at the taps. Activations are kept
 * only while a gradient is being recorded; otherwise each is freed as soon as the next one is there.
 */
import * as tf from "@tensorflow/tfjs";
import {
  chainBackward,
  chainForward,
  chainStatistics,
  chainWeights,
  dealValues,
  restoreSaved,
  shapeOfSaved,
  tensorsOf,
  type NamedLayer,
} from "../layers/chain";
import { fuseLayers } from "../layers/fuseLayers";
import type { Network } from "../networks/network";
import { weightTable } from "../networks/weightTable";
import { sliceStatistics, sliceWeights } from "./sliceWeights";

export interface FeatureOptions {
  /** What gradients may be asked for; both when left out. Leave out what nobody needs: it saves a third or more. */
  towards?: readonly ("images" | "weights")[];
  /** Frozen batch-norm statistics [statisticsCount]; without them each batch norm uses its batch. */
  statistics?: tf.Tensor1D;
}

export interface Features {
  /** Outputs of the activation layers of the convolution blocks, [n, height, width, channels] each. */
  activations: tf.Tensor4D[];
  /** [n, embeddingSize] */
  embedding: tf.Tensor2D;
  /** [n, classes] */
  logits: tf.Tensor2D;
}

/**
 * All taps of a forward pass.
 * @param weights [P]
 * @param images [n, height, width, channels], normalised
 */
export function features(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  options: FeatureOptions = {},
): Features {
  const { layers, taps } = network;
  const outputs = throughSegments(network, weights, images, options, [
    ...taps.map((tap) => tap + 1),
    layers.length - 1,
    layers.length,
  ]);
  return {
    activations: outputs.slice(0, taps.length) as tf.Tensor4D[],
    embedding: outputs.at(-2) as tf.Tensor2D,
    logits: outputs.at(-1) as tf.Tensor2D,
  };
}

/** What enters the classifier: [n, embeddingSize]. */
export function embedding(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  options: FeatureOptions = {},
): tf.Tensor2D {
  return throughSegments(network, weights, images, options, [network.layers.length - 1])[0] as tf.Tensor2D;
}

/** Unnormalised class scores: [n, classes]. */
export function logits(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  options: FeatureOptions = {},
): tf.Tensor2D {
  return throughSegments(network, weights, images, options, [network.layers.length])[0] as tf.Tensor2D;
}

/** Runs the layers up to each of `ends` and returns what is there. */
function throughSegments(
  network: Network,
  weights: tf.Tensor1D,
  images: tf.Tensor4D,
  { towards = ["images", "weights"], statistics }: FeatureOptions,
  ends: readonly number[],
): tf.Tensor[] {
  checkInputs(network, weights, images);
  return tf.tidy(() => {
    const frozen =
      statistics && network.statisticsCount > 0 ? sliceStatistics(network, statistics) : undefined;
    let x: tf.Tensor = images;
    let [start, weightsAt, statisticsAt] = [0, 0, 0];
    return ends.map((end) => {
      const segment = network.layers.slice(start, end);
      const size = weightTable(chainWeights(segment)).reduce((sum, entry) => sum + entry.size, 0);
      const norms = chainStatistics(segment).length;
      x = runSegment({
        segment,
        weights,
        range: [weightsAt, size],
        statistics: frozen?.slice(statisticsAt, statisticsAt + 2 * norms),
        x,
        wantInput: start === 0 ? towards.includes("images") : towards.length > 0,
        wantWeights: size > 0 && towards.includes("weights"),
      });
      [start, weightsAt, statisticsAt] = [end, weightsAt + size, statisticsAt + 2 * norms];
      return x;
    });
  });
}

interface SegmentInput {
  segment: readonly NamedLayer[];
  weights: tf.Tensor1D;
  /** Where the segment's weights lie in the flat vector: first, count. */
  range: [number, number];
  statistics: readonly tf.Tensor[] | undefined;
  x: tf.Tensor;
  wantInput: boolean;
  wantWeights: boolean;
}

function runSegment({
  segment,
  weights,
  range,
  statistics,
  x,
  wantInput,
  wantWeights,
}: SegmentInput): tf.Tensor {
  const wanted = { input: wantInput, weights: wantWeights };
  const chain = fuseLayers(segment);
  const recording = tf.engine().state.gradientDepth > 0;
  const keep = recording && (wantInput || wantWeights);
  const isWhole = range[1] === weights.size;
  const valuesIn = (flat: tf.Tensor, frozen: readonly tf.Tensor[] | undefined) =>
    dealValues(chain, {
      weights: sliceWeights(chain, flat, wantWeights ? 0 : range[0]),
      ...(frozen && { statistics: frozen }),
    });
  const operator = tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as tf.GradSaveFunc;
    const flat = wantWeights ? (inputs as tf.Tensor[]).at(-1)! : weights;
    const { y, saved } = chainForward(chain, valuesIn(flat, statistics), x, { keep });
    const shape = saved.map(shapeOfSaved);
    const inside = 1 + (statistics?.length ?? 0);
    if (keep) save([flat, ...(statistics ?? []), ...tensorsOf(saved)]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => {
        if (!keep) throw new Error("features(): a gradient was asked for that `towards` left out");
        const values = valuesIn(kept[0]!, statistics && kept.slice(1, inside));
        const restored = restoreSaved(shape, kept.slice(inside)) as tf.Tensor[];
        const { dx, dw } = chainBackward(chain, values, restored, dy, wanted);
        return [...(wantInput ? [dx!] : []), ...(wantWeights ? [joinFlat(dw)] : [])];
      },
    };
  });
  const inputs: tf.Tensor[] = wantInput ? [x] : [];
  if (wantWeights) inputs.push(isWhole ? weights : weights.slice(...range));
  return operator(...(inputs.length > 0 ? inputs : [x]));
}

/** Pieces one after another as one vector; an empty list is an empty vector. */
export function joinFlat(pieces: readonly tf.Tensor[]): tf.Tensor1D {
  if (pieces.length === 0) return tf.zeros([0]);
  return tf.concat(pieces.map((piece) => piece.flatten()));
}

/** Pieces [groups, …] one after another as one vector for each group: [groups, P]. */
export function joinGroups(pieces: readonly tf.Tensor[], groups: number): tf.Tensor2D {
  return tf.concat(
    pieces.map((piece) => piece.reshape<tf.Tensor2D>([groups, piece.size / groups])),
    1,
  );
}

/** @throws Error if the weights or images are not of this network */
export function checkInputs(network: Network, weights: tf.Tensor, images: tf.Tensor): void {
  const { height, width, channels } = network.inputShape;
  if (weights.size !== network.weightCount) {
    throw new Error(
      `checkInputs(): expected ${network.weightCount} weights, got [${weights.shape.join(", ")}]`,
    );
  }
  if (String(images.shape.slice(1)) !== String([height, width, channels])) {
    throw new Error(
      `checkInputs(): expected images [n, ${height}, ${width}, ${channels}], got [${images.shape.join(", ")}]`,
    );
  }
}
