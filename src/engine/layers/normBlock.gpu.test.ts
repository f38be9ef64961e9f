/** The fused block computes what its three layers compute one by one, which finite differences check elsewhere. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { setKernelVariant } from "@/tensor/kernels/variant";
import { avgPool } from "./avgPool";
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
import { instanceNorm } from "./groupNorm";
import type { LayerMaker } from "./layer";
import { relu } from "./relu";

const IMAGES = 4;
const norm: [string, LayerMaker] = ["norm", instanceNorm];
const CASES = [
  { name: "pooled", shape: [6, 8, 5], rest: [relu, avgPool(2)] },
  {
    name: "pooled with a rest at the border, more channels than a workgroup",
    shape: [5, 7, 35],
    rest: [relu, avgPool(2)],
  },
  { name: "without pooling", shape: [3, 4, 6], rest: [relu] },
];

beforeAll(async () => {
  expect(await tf.setBackend("webgpu")).toBe(true);
  await tf.ready();
});

describe.each(["tiled", "direct"] as const)("%s", (variant) => {
  it.each(CASES)("$name", async ({ shape, rest }) => {
    setKernelVariant(variant);
    const chain = buildChain(shape, [
      norm,
      ...rest.map((make, i) => [`rest${i}`, make] as [string, LayerMaker]),
    ]);
    const fused = fuseLayers(chain);
    expect(fused).toHaveLength(1);
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

type Point = Record<"x" | "xDot" | "weights" | "tangents" | "dy" | "dyDot", tf.Tensor>;

/** What all four passes give. */
function passes(chain: readonly NamedLayer[], { x, xDot, weights, tangents, dy, dyDot }: Point) {
  const partsOf = (flat: tf.Tensor) =>
    [0, flat.size / 2].map((offset) => ({ flat, groups: 1, offset, shape: [flat.size / 2] }));
  const values = dealValues(chain, { weights: partsOf(weights) });
  const dots = deal(chain, partsOf(tangents));
  const { y, saved } = chainForward(chain, values, x, { keep: true });
  const { dx, dw } = chainBackward(chain, values, saved, dy, { input: true, weights: true });
  const { yDot, savedDot } = chainTangentForward(chain, values, saved, dots, xDot);
  const wanted = { input: true, primalInput: true, weights: true };
  const tangent = chainTangentBackward(chain, { saved, savedDot, values, tangents: dots, dy, dyDot, wanted });
  const flat = (pieces: readonly tf.Tensor[]) => tf.concat(pieces.map((piece) => piece.flatten()));
  return {
    ...{ y, dx: dx!, dw: flat(dw), yDot: yDot! },
    ...{ primal: tangent.dx!, dxDot: tangent.dxDot!, dwDot: flat(tangent.dwDot) },
  } as Record<string, tf.Tensor>;
}
