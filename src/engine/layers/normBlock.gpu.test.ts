/** The fused block computes what its three layers compute one by one, which finite differences check elsewhere. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { setKernelVariant } from "@/tensor/kernels/variant";
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
interface Case {
  name: string;
  norm?: LayerMaker;
  shape: number[];
  rest: LayerMaker[];
  /** Layers that are left; default one. */
  left?: number;
  /** Mean and variance of each channel are given. */
  frozen?: true;
}
const CASES: Case[] = [
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

beforeAll(async () => {
  expect(await tf.setBackend("webgpu")).toBe(true);
  await tf.ready();
});

describe.each(["tiled", "direct"] as const)("%s", (variant) => {
  it.each(CASES)("$name", async ({ norm = instanceNorm, shape, rest, left = 1, frozen }) => {
    setKernelVariant(variant);
    const chain = buildChain(shape, [
      ["norm", norm],
      ...rest.map((make, i) => [`rest${i}`, make] as [string, LayerMaker]),
    ]);
    const fused = fuseLayers(chain);
    expect(fused).toHaveLength(left);
    const random = new Random(3);
    const draw = (size: readonly number[], mean = 0) =>
      tf.tensor(
        random.fillNormal(new Float32Array(tf.util.sizeFromShape([...size]))).map((x) => x + mean),
        [...size],
      );
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
    const [got, wanted] = [passes(fused, point), passes(chain, point)];
    for (const [name, tensor] of Object.entries(wanted)) {
      const [a, b] = [await got[name]!.data<"float32">(), await tensor.data<"float32">()];
      expect(a.length, name).toBe(b.length);
      const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const off = b.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i]!)), 0);
      expect(off / largest, name).toBeLessThan(2e-5);
    }
  });
});

it("is found in the branches of a residual layer, which adds its input", async () => {
  setKernelVariant("direct");
  const shape = [4, 4, 3];
  const branch = [
    ["norm", instanceNorm],
    ["act", relu],
  ] as const;
  const random = new Random(6);
  const draw = (size: readonly number[]) =>
    tf.tensor(random.fillNormal(new Float32Array(tf.util.sizeFromShape([...size]))), [...size]);
  const [x, xDot, dy, dyDot] = [1, 2, 3, 4].map(() => draw([IMAGES, ...shape])) as [Four, Four, Four, Four];
  const point = { x, xDot, dy, dyDot, weights: draw([6]), tangents: draw([6]) };
  const got = passes(buildChain(shape, [["block", residual(branch, [])]]), point);
  const alone = passes(buildChain(shape, branch), point);
  const added: Record<string, tf.Tensor> = { y: x, dx: dy, yDot: xDot, primal: dy, dxDot: dyDot };
  for (const [name, tensor] of Object.entries(alone)) {
    const wanted = added[name] ? tensor.add(added[name]) : tensor;
    expect((await got[name]!.sub(wanted).abs().max().data())[0], name).toBeLessThan(1e-4);
  }
});

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
