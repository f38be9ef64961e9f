/**
 * Layers under test, and a check that their passes agree with finite differences of their forward pass.
 * For random cotangents and tangents, along one direction d of (x, w):
 *
 *   <dy, ẏ> = <dx, ẋ> + <dw, ẇ>                              backward against tangentForward
 *   ẏ  = (f(z + εd) - f(z - εd)) / 2ε                        tangentForward
 *   ḋx = (dx(z + εd, dy + ε ḋy) - dx(z - εd, …)) / 2ε        tangentBackward, and so for dw
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "@/shared/random";
import type { FlatPart } from "@/tensor/ops/flatPart";
import { avgPool } from "./avgPool";
import { batchNorm } from "./batchNorm";
import { conv2d } from "./conv2d";
import { flatten } from "./flatten";
import { globalPool } from "./globalPool";
import { groupNorm, instanceNorm } from "./groupNorm";
import type { Layer, LayerMaker, LayerValues, Saved } from "./layer";
import { layerNorm } from "./layerNorm";
import { leakyRelu } from "./leakyRelu";
import { linear } from "./linear";
import { maxPool } from "./maxPool";
import { relu } from "./relu";
import { residual } from "./residual";
import { sigmoid } from "./sigmoid";
import { swish } from "./swish";

export interface LayerCase {
  name: string;
  make: LayerMaker;
  shape: readonly number[];
  /** Running mean and variance of this many channels are given. */
  frozen?: number;
  /** Finite differences must not cross a kink: inputs keep this far away from each other and from zero. */
  kinks?: boolean;
}

const image = [5, 6, 3];

export const LAYER_CASES: LayerCase[] = [
  { name: "conv2d same", make: conv2d({ filters: 4, size: 3, padding: "same" }), shape: image },
  { name: "conv2d valid", make: conv2d({ filters: 2, size: 3, padding: "valid" }), shape: image },
  { name: "conv2d padding 3", make: conv2d({ filters: 4, size: 3, padding: 3 }), shape: [5, 5, 1] },
  { name: "conv2d 5x5 padding 2", make: conv2d({ filters: 3, size: 5, padding: 2 }), shape: image },
  {
    name: "conv2d stride 2",
    make: conv2d({ filters: 4, size: 3, stride: 2, padding: 1, bias: false }),
    shape: image,
  },
  {
    name: "conv2d stride 2 same",
    make: conv2d({ filters: 4, size: 3, stride: 2, padding: "same" }),
    shape: image,
  },
  { name: "conv2d 1x1 stride 2", make: conv2d({ filters: 4, size: 1, stride: 2 }), shape: [6, 6, 3] },
  { name: "conv2d stride 3", make: conv2d({ filters: 2, size: 4, stride: 3, padding: 1 }), shape: [8, 7, 2] },
  { name: "linear", make: linear(4), shape: [7] },
  { name: "flatten", make: flatten, shape: image },
  { name: "avgPool", make: avgPool(2), shape: image },
  { name: "maxPool", make: maxPool(2), shape: image, kinks: true },
  { name: "globalPool", make: globalPool, shape: image },
  { name: "relu", make: relu, shape: image, kinks: true },
  { name: "leakyRelu", make: leakyRelu, shape: image, kinks: true },
  { name: "sigmoid", make: sigmoid, shape: image },
  { name: "swish", make: swish, shape: image },
  { name: "instanceNorm", make: instanceNorm, shape: image },
  { name: "groupNorm", make: groupNorm(2), shape: [4, 3, 6] },
  { name: "layerNorm", make: layerNorm, shape: image },
  { name: "batchNorm", make: batchNorm, shape: image },
  { name: "batchNorm frozen", make: batchNorm, shape: image, frozen: 3 },
  {
    name: "residual",
    make: residual(
      [
        ["conv1", conv2d({ filters: 3, size: 3, padding: 1 })],
        ["bn1", batchNorm],
        ["act", swish],
      ],
      [],
    ),
    shape: image,
  },
  {
    name: "residual with shortcut",
    make: residual(
      [
        ["conv1", conv2d({ filters: 4, size: 3, stride: 2, padding: 1, bias: false })],
        ["bn1", instanceNorm],
      ],
      [["shortcut.0", conv2d({ filters: 4, size: 1, stride: 2, bias: false })]],
    ),
    shape: image,
  },
];

const BATCH = 3;
const STEP = 1e-2;

/** One point: input and weights. */
interface Point {
  x: tf.Tensor;
  weights: tf.Tensor[];
}

/** The largest disagreement of each pass, relative to the largest number compared. */
export async function layerErrors(testCase: LayerCase, random: Random): Promise<Record<string, number>> {
  const layer = testCase.make(testCase.shape);
  const point = (draw: (shape: readonly number[]) => tf.Tensor): Point => ({
    x: draw([BATCH, ...testCase.shape]),
    weights: layer.weights.map(({ shape }) => draw(shape)),
  });
  const normal = (shape: readonly number[]) => drawNormal(random, shape);
  const at = point(normal);
  if (testCase.kinks) at.x = spaced(random, at.x.shape);
  const along = point(normal);
  const statistics = testCase.frozen
    ? [normal([testCase.frozen]), normal([testCase.frozen]).square().add(0.5)]
    : undefined;
  const dy = normal([BATCH, ...layer.outputShape]);
  const dyDot = normal(dy.shape);
  const moved = (step: number): Point => ({
    x: at.x.add(along.x.mul(step)),
    weights: at.weights.map((weight, i) => weight.add(along.weights[i]!.mul(step))),
  });
  const valuesOf = ({ weights }: Point): LayerValues => ({
    weights: partsOf(weights),
    ...(statistics && { statistics }),
  });
  const backward = (where: Point, cotangent: tf.Tensor): tf.Tensor[] => {
    const { saved } = layer.forward(where.x, valuesOf(where), { keep: true });
    const { dx, dw } = layer.backward(saved, valuesOf(where), cotangent, { input: true, weights: true });
    return dw.length > 0 ? [dx!, joinFlat(dw)] : [dx!];
  };
  const forward = (where: Point) => layer.forward(where.x, valuesOf(where), { keep: false }).y;
  const difference = (f: (step: number) => tf.Tensor[]) => {
    const [ahead, behind, far, near] = [f(STEP), f(-STEP), f(2 * STEP), f(-2 * STEP)];
    // fourth order: (8 (f₁ - f₋₁) - (f₂ - f₋₂)) / 12ε
    return ahead.map((tensor, i) =>
      tensor
        .sub(behind[i]!)
        .mul(8)
        .sub(far[i]!.sub(near[i]!))
        .div(12 * STEP),
    );
  };

  const { saved } = layer.forward(at.x, valuesOf(at), { keep: true });
  const { yDot, savedDot } = layer.tangentForward(saved, valuesOf(at), partsOf(along.weights), along.x);
  const tangent = tangentBackward(layer, { saved, savedDot, values: valuesOf(at), along, dy, dyDot });
  const gradients = backward(at, dy);
  const products = gradients.map((gradient, i) =>
    gradient.mul(i === 0 ? along.x : joinFlat(along.weights)).sum(),
  );
  return {
    tangentForward: await relative(
      [yDot!],
      difference((step) => [forward(moved(step))]),
    ),
    backward: await relative([dy.mul(yDot!).sum()], [tf.stack(products).sum()], dy.mul(yDot!).abs().sum()),
    primal: await relative([tangent.dx!], [gradients[0]!]),
    tangentBackward: await relative(
      [tangent.dxDot!, ...(layer.weights.length > 0 ? [joinFlat(tangent.dwDot)] : [])],
      difference((step) => backward(moved(step), dy.add(dyDot.mul(step)))),
    ),
  };
}

interface Directions {
  saved: Saved;
  savedDot: Saved;
  values: LayerValues;
  along: Point;
  dy: tf.Tensor;
  dyDot: tf.Tensor;
}

function tangentBackward(layer: Layer, { along, ...rest }: Directions) {
  const wanted = { input: true, primalInput: true, weights: true };
  return layer.tangentBackward({ ...rest, tangents: partsOf(along.weights), wanted });
}

/** The weights as a network has them: parts of one flat vector. */
function partsOf(weights: readonly tf.Tensor[]): FlatPart[] {
  if (weights.length === 0) return [];
  const flat = joinFlat(weights);
  let at = 0;
  return weights.map(({ shape, size }) => ({ flat, groups: 1, offset: (at += size) - size, shape }));
}

const joinFlat = (tensors: readonly tf.Tensor[]): tf.Tensor1D =>
  tf.concat(tensors.map((tensor) => tensor.flatten()));

function drawNormal(random: Random, shape: readonly number[]): tf.Tensor {
  return tf.tensor(random.fillNormal(new Float32Array(tf.util.sizeFromShape([...shape]))), [...shape]);
}

/** Numbers in random order, all at least 0.2 apart and half that from zero; the tangents move them less. */
function spaced(random: Random, shape: readonly number[]): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const values = Float32Array.from(random.permutation(size), (i) => 0.2 * (i - size / 2) + 0.1);
  return tf.tensor(values, [...shape]);
}

/** max |a - b| / max |b| over all tensors of a list. */
async function relative(
  a: readonly tf.Tensor[],
  b: readonly tf.Tensor[],
  scale?: tf.Tensor,
): Promise<number> {
  let [worst, size] = [0, scale ? (await scale.data())[0]! : 0];
  for (const [i, tensor] of a.entries()) {
    const [left, right] = [await tensor.data(), await b[i]!.data()];
    if (left.length !== right.length) return Infinity;
    left.forEach((value, j) => {
      const off = Math.abs(value - right[j]!);
      worst = Number.isNaN(off) ? Infinity : Math.max(worst, off);
      if (!scale) size = Math.max(size, Math.abs(right[j]!));
    });
  }
  return worst / Math.max(size, 1e-6);
}
