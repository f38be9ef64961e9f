/**
 * Norms with what follows them, and a check that the fused block computes what its layers compute one by one, which finite
 * differences check elsewhere.
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "@/shared/random";
import { avgPool } from "./avgPool";
import { batchNorm } from "./batchNorm";
import {
  buildChain,
  chainBackward,
  chainForward,
  chainTangentBackward,
  chainTangentForward,
  deal,
  dealValues,
  type NamedLayer,
} from "./chain";
import { fuseLayers } from "./fuseLayers";
import { groupNorm, instanceNorm } from "./groupNorm";
import type { LayerMaker } from "./layer";
import { relu } from "./relu";
import { residual } from "./residual";

const IMAGES = 4;
export interface BlockCase {
  name: string;
  norm?: LayerMaker;
  shape: number[];
  rest: LayerMaker[];
  /** Layers that are left; default one. */
  left?: number;
  /** Mean and variance of each channel are given. */
  frozen?: true;
}
export const BLOCK_CASES: BlockCase[] = [
  { name: "pooled", shape: [6, 8, 5], rest: [relu, avgPool(2)] },
  {
    name: "pooled with a rest at the border, more channels than a workgroup",
    shape: [5, 7, 35],
    rest: [relu, avgPool(2)],
  },
  { name: "without pooling", shape: [3, 4, 6], rest: [relu] },
  { name: "group norm", norm: groupNorm(2), shape: [5, 4, 6], rest: [relu, avgPool(2)] },
  {
    name: "batch norm, more pixels than one part",
    norm: batchNorm,
    shape: [18, 16, 5],
    rest: [relu, avgPool(2)],
  },
  { name: "batch norm, pooled apart", norm: batchNorm, shape: [3, 4, 5], rest: [relu, avgPool(2)], left: 2 },
  { name: "batch norm, frozen", norm: batchNorm, shape: [5, 6, 5], rest: [relu], frozen: true },
];

/** The largest differences of each pass, relative to the largest number, and how many layers are left. */
export async function blockErrors({
  norm = instanceNorm,
  shape,
  rest,
  frozen,
}: BlockCase): Promise<{ left: number; errors: Record<string, number> }> {
  const chain = buildChain(shape, [
    ["norm", norm],
    ...rest.map((make, i) => [`rest${i}`, make] as [string, LayerMaker]),
  ]);
  const fused = fuseLayers(chain);
  const draw = drawer(3);
  const channels = shape[2]!;
  const out = [IMAGES, ...chain.at(-1)!.layer.outputShape];
  const point = {
    x: draw([IMAGES, ...shape], 3),
    xDot: draw([IMAGES, ...shape]),
    weights: draw([2 * channels]),
    tangents: draw([2 * channels]),
    dy: draw(out),
    dyDot: draw(out),
    ...(frozen && { statistics: [draw([channels], 3), draw([channels]).square().add(0.5)] }),
  };
  return { left: fused.length, errors: await differences(passes(fused, point), passes(chain, point)) };
}

/** The same of a residual layer, which adds its input to a block. */
export async function residualErrors(): Promise<Record<string, number>> {
  const shape = [4, 4, 3];
  const branch = [
    ["norm", instanceNorm],
    ["act", relu],
  ] as const;
  const draw = drawer(6);
  const [x, xDot, dy, dyDot] = [1, 2, 3, 4].map(() => draw([IMAGES, ...shape])) as [Four, Four, Four, Four];
  const point = { x, xDot, dy, dyDot, weights: draw([6]), tangents: draw([6]) };
  const got = passes(buildChain(shape, [["block", residual(branch, [])]]), point);
  const alone = passes(buildChain(shape, branch), point);
  const added: Record<string, tf.Tensor> = { y: x, dx: dy, yDot: xDot, primal: dy, dxDot: dyDot };
  const wanted = Object.entries(alone).map(([name, tensor]) => [
    name,
    added[name] ? tensor.add(added[name]) : tensor,
  ]);
  return differences(got, Object.fromEntries(wanted) as Record<string, tf.Tensor>);
}

function drawer(seed: number): (size: readonly number[], mean?: number) => tf.Tensor {
  const random = new Random(seed);
  return (size, mean = 0) =>
    tf.tensor(
      random.fillNormal(new Float32Array(tf.util.sizeFromShape([...size]))).map((x) => x + mean),
      [...size],
    );
}

async function differences(
  got: Record<string, tf.Tensor>,
  wanted: Record<string, tf.Tensor>,
): Promise<Record<string, number>> {
  const errors: Record<string, number> = {};
  for (const [name, tensor] of Object.entries(wanted)) {
    const [a, b] = [await got[name]!.data<"float32">(), await tensor.data<"float32">()];
    const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // a number that is none differs
    const off = b.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i]!)), 0);
    errors[name] = a.length === b.length ? off / largest : Infinity;
  }
  return errors;
}

type Four = tf.Tensor4D;
type Point = Record<"x" | "xDot" | "weights" | "tangents" | "dy" | "dyDot", tf.Tensor> & {
  statistics?: tf.Tensor[];
};

/** What all four passes give, and what a norm over the batch observes. */
function passes(chain: readonly NamedLayer[], { x, xDot, weights, tangents, dy, dyDot, statistics }: Point) {
  const partsOf = (flat: tf.Tensor) =>
    [0, flat.size / 2].map((offset) => ({ flat, groups: 1, offset, shape: [flat.size / 2] }));
  const values = dealValues(chain, { weights: partsOf(weights), ...(statistics && { statistics }) });
  const dots = deal(chain, partsOf(tangents));
  const observed: Record<string, tf.Tensor> = {};
  const observe = (mean: tf.Tensor1D, variance: tf.Tensor1D) =>
    Object.assign(observed, { mean: tf.keep(mean.clone()), variance: tf.keep(variance.clone()) });
  const { y, saved } = chainForward(chain, values, x, { keep: true, observe });
  const { dx, dw } = chainBackward(chain, values, saved, dy, { input: true, weights: true });
  const { yDot, savedDot } = chainTangentForward(chain, values, saved, dots, xDot);
  const wanted = { input: true, primalInput: true, weights: true };
  const tangent = chainTangentBackward(chain, { saved, savedDot, values, tangents: dots, dy, dyDot, wanted });
  const flat = (pieces: readonly tf.Tensor[]) => tf.concat(pieces.map((piece) => piece.flatten()));
  return {
    ...{ y, dx: dx!, dw: flat(dw), yDot: yDot! },
    ...observed,
    ...{ primal: tangent.dx!, dxDot: tangent.dxDot!, dwDot: flat(tangent.dwDot) },
  } as Record<string, tf.Tensor>;
}
