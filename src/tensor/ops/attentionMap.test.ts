import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { channelAttention, spatialAttention, type AttentionNorm } from "./attentionMap";

const SHAPE: [number, number, number, number] = [2, 2, 3, 2];
const SIZE = 24;
const at = (n: number, y: number, x: number, c: number) => ((n * 2 + y) * 3 + x) * 2 + c;

/** The formulas in float64 loops; the sum of all maps times `weights`. */
function weightedSum(
  x: ArrayLike<number>,
  power: number,
  norm: AttentionNorm,
  kind: string,
  weights: number[],
) {
  let total = 0;
  for (let n = 0; n < 2; n++) {
    const map = new Array<number>(kind === "spatial" ? 6 : 2).fill(0);
    for (let row = 0; row < 2; row++)
      for (let column = 0; column < 3; column++)
        for (let c = 0; c < 2; c++)
          map[kind === "spatial" ? row * 3 + column : c]! += Math.abs(x[at(n, row, column, c)]!) ** power;
    const squares = map.reduce((sum, value) => sum + value ** 2, 0);
    const sums = map.reduce((sum, value) => sum + value, 0);
    const divisor = { l2: Math.sqrt(squares), l1: sums, fro: squares, none: 1 }[norm];
    map.forEach((value, i) => (total += (weights[n * map.length + i]! * value) / divisor));
  }
  return total;
}

describe("attention maps", () => {
  beforeAll(() => tf.setBackend("cpu"));

  const norms: AttentionNorm[] = ["l2", "l1", "fro", "none"];
  it.each(
    norms.flatMap((norm) =>
      [1, 2, 3, 4].flatMap((power) => ["spatial", "channel"].map((kind) => [kind, power, norm] as const)),
    ),
  )("%s, power %d, norm %s: value and derivative", async (kind, power, norm) => {
    const random = new Random(7);
    const x = random.fillNormal(new Float32Array(SIZE));
    const weights = Array.from(random.fillNormal(new Float32Array(kind === "spatial" ? 12 : 4)));
    const attention = kind === "spatial" ? spatialAttention : channelAttention;
    const { value, grad } = tf.valueAndGrad((images: tf.Tensor) => {
      const map = attention(images as tf.Tensor4D, power, norm);
      return map.mul(tf.tensor2d(weights, map.shape)).sum();
    })(tf.tensor4d(x, SHAPE));

    expect((await value.data())[0]).toBeCloseTo(weightedSum(x, power, norm, kind, weights), 3);
    const derivative = await grad.data();
    for (let i = 0; i < SIZE; i++) {
      const moved = (by: number) => Array.from(x, (v, j) => (j === i ? v + by : v));
      const [up, down] = [1e-4, -1e-4].map((by) => weightedSum(moved(by), power, norm, kind, weights));
      const slope = (up! - down!) / 2e-4;
      expect(Math.abs(derivative[i]! - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)));
    }
  });

  it.each(norms)("an activation of zeros has a finite derivative, norm %s", async (norm) => {
    const gradient = tf.grad((x: tf.Tensor) => spatialAttention(x as tf.Tensor4D, 4, norm).sum())(
      tf.zeros(SHAPE),
    );
    expect(Array.from(await gradient.data())).toEqual(new Array(SIZE).fill(0));
  });

  it("refuses a power that is not whole", () => {
    expect(() => spatialAttention(tf.zeros(SHAPE), 1.5, "l2")).toThrow("whole power");
  });
});
