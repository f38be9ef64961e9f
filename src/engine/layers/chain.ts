/** Layers one after another: the four passes of a whole network, or of one branch of a residual block. */
import * as tf from "@tensorflow/tfjs";
import type { FlatPart } from "@/tensor/ops/flatPart";
import type {
  BackwardResult,
  ForwardRun,
  Layer,
  LayerMaker,
  LayerValues,
  Saved,
  StatisticsSpec,
  TangentBackwardInput,
  TangentBackwardResult,
  Wanted,
  WeightSpec,
} from "./layer";

/** A layer with its name in PyTorch's state dict: "features.0". */
export interface NamedLayer {
  name: string;
  layer: Layer;
}

/** Builds layers for an input shape, each on the output of the one before. */
export function buildChain(
  inputShape: readonly number[],
  makers: readonly (readonly [name: string, make: LayerMaker])[],
): NamedLayer[] {
  let shape = inputShape;
  return makers.map(([name, make]) => {
    const layer = make(shape);
    shape = layer.outputShape;
    return { name, layer };
  });
}

/** The weights of all layers, under their full names. */
export function chainWeights(chain: readonly NamedLayer[]): WeightSpec[] {
  return chain.flatMap(({ name, layer }) =>
    layer.weights.map((weight) => ({ ...weight, name: joined(name, weight.name) })),
  );
}

/** The batch norms of all layers, under their full names. */
export function chainStatistics(chain: readonly NamedLayer[]): StatisticsSpec[] {
  return chain.flatMap(({ name, layer }) =>
    layer.statistics.map((entry) => ({ ...entry, name: joined(name, entry.name) })),
  );
}

const joined = (outer: string, inner: string): string => (inner ? `${outer}.${inner}` : outer);

/** Deals the numbers of a chain out to its layers. */
export function dealValues(chain: readonly NamedLayer[], values: LayerValues): LayerValues[] {
  const weights = deal(chain, values.weights);
  let at = 0;
  return chain.map(({ layer }, i) => {
    const from = at;
    at += 2 * layer.statistics.length; // a mean and a variance each
    const frozen = from < at ? values.statistics?.slice(from, at) : undefined;
    return { weights: weights[i]!, ...(frozen && { statistics: frozen }) };
  });
}

/** Deals what comes in the order of a chain's weights out to its layers. */
export function deal<T>(chain: readonly NamedLayer[], tensors: readonly T[]): (readonly T[])[] {
  let at = 0;
  return chain.map(({ layer }) => tensors.slice(at, (at += layer.weights.length)));
}

/**
 * The forward pass. Without `keep` each activation is freed as soon as the next one is there.
 * @returns the output and, with `keep`, what each layer saved
 */
export function chainForward(
  chain: readonly NamedLayer[],
  values: readonly LayerValues[],
  x: tf.Tensor,
  run: ForwardRun,
): { y: tf.Tensor; saved: Saved[] } {
  let y = x;
  const saved: Saved[] = [];
  chain.forEach(({ layer }, i) => {
    const input = y;
    const result = tf.tidy(() => {
      const { y: output, saved: kept } = layer.forward(input, values[i]!, run);
      return { y: output, saved: run.keep ? kept : [] } as Record<string, tf.TensorContainer>;
    });
    y = result["y"] as tf.Tensor;
    if (run.keep) saved.push(result["saved"] as Saved);
    const needed = input === x || input === y || tensorsOf(saved.slice(-2)).includes(input);
    if (!needed) input.dispose();
  });
  return { y, saved };
}

/** The backward pass; `dw` in the order of `chainWeights`. */
export function chainBackward(
  chain: readonly NamedLayer[],
  values: readonly LayerValues[],
  saved: readonly Saved[],
  dy: tf.Tensor,
  wanted: Wanted,
): BackwardResult {
  let dx: tf.Tensor | null = dy;
  const dw: (readonly tf.Tensor[])[] = [];
  for (let i = chain.length - 1; i >= 0; i--) {
    const above: tf.Tensor = dx!;
    const input = i > 0 || wanted.input;
    const result = tf.tidy(
      () =>
        chain[i]!.layer.backward(saved[i]!, values[i]!, above, { ...wanted, input }) as unknown as Record<
          string,
          tf.TensorContainer
        >,
    ) as unknown as BackwardResult;
    dx = result.dx;
    dw.unshift(result.dw);
    if (above !== dy && above !== dx) above.dispose();
  }
  return { dx, dw: dw.flat() };
}

/** The tangents of a forward pass that was kept. */
export function chainTangentForward(
  chain: readonly NamedLayer[],
  values: readonly LayerValues[],
  saved: readonly Saved[],
  tangents: readonly (readonly FlatPart[])[],
  xDot: tf.Tensor | null,
): { yDot: tf.Tensor | null; savedDot: Saved[] } {
  let yDot = xDot;
  const savedDot: Saved[] = [];
  chain.forEach(({ layer }, i) => {
    const input = yDot;
    const result = tf.tidy(
      () =>
        layer.tangentForward(saved[i]!, values[i]!, tangents[i]!, input) as unknown as Record<
          string,
          tf.TensorContainer
        >,
    );
    yDot = result["yDot"] as tf.Tensor | null;
    savedDot.push(result["savedDot"] as Saved);
    const needed = input === xDot || input === yDot || tensorsOf(savedDot.slice(-2)).includes(input!);
    if (!needed) input?.dispose();
  });
  return { yDot, savedDot };
}

export interface ChainTangentBackwardInput extends Omit<
  TangentBackwardInput,
  "saved" | "savedDot" | "values" | "tangents"
> {
  saved: readonly Saved[];
  savedDot: readonly Saved[];
  values: readonly LayerValues[];
  tangents: readonly (readonly FlatPart[])[];
}

/** The tangents of the backward pass, together with the pass itself. */
export function chainTangentBackward(
  chain: readonly NamedLayer[],
  { saved, savedDot, values, tangents, dy, dyDot, wanted }: ChainTangentBackwardInput,
): TangentBackwardResult {
  let dx: tf.Tensor | null = dy;
  let dxDot: tf.Tensor | null = dyDot;
  const dwDot: (readonly tf.Tensor[])[] = [];
  for (let i = chain.length - 1; i >= 0; i--) {
    const above: [tf.Tensor, tf.Tensor] = [dx!, dxDot!];
    const lower = i > 0;
    const result = tf.tidy(
      () =>
        chain[i]!.layer.tangentBackward({
          saved: saved[i]!,
          savedDot: savedDot[i]!,
          values: values[i]!,
          tangents: tangents[i]!,
          dy: above[0],
          dyDot: above[1],
          wanted: {
            weights: wanted.weights,
            input: lower || wanted.input,
            primalInput: lower || wanted.primalInput,
          },
        }) as unknown as Record<string, tf.TensorContainer>,
    ) as unknown as TangentBackwardResult;
    ({ dx, dxDot } = result);
    dwDot.unshift(result.dwDot);
    for (const tensor of above) if (![dy, dyDot, dx, dxDot].includes(tensor)) tensor.dispose();
  }
  return { dx, dxDot, dwDot: dwDot.flat() };
}

/** All tensors of a nesting, in order. */
export function tensorsOf(saved: Saved): tf.Tensor[] {
  return isNesting(saved) ? saved.flatMap(tensorsOf) : [saved];
}

/** Puts tensors from `tensorsOf` back into the nesting that `shape` describes. */
export function restoreSaved(shape: SavedShape, tensors: readonly tf.Tensor[]): Saved {
  let at = 0;
  const restore = (part: SavedShape): Saved => (part === "tensor" ? tensors[at++]! : part.map(restore));
  return restore(shape);
}

/** A nesting without its tensors. */
export type SavedShape = "tensor" | readonly SavedShape[];

export function shapeOfSaved(saved: Saved): SavedShape {
  return isNesting(saved) ? saved.map(shapeOfSaved) : "tensor";
}

const isNesting = (saved: Saved): saved is readonly Saved[] => Array.isArray(saved);
