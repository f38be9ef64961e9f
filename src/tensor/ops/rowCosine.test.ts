import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { rowCosineDistance, type RowBlock } from "./rowCosine";

// a 7-number vector: 2 numbers that no block covers, then [rows 2, length 2] either way round, then one more
const block = (interleaved: boolean): RowBlock => ({ offset: 2, rows: 2, length: 2, interleaved });
const SIZE = 7;

/** The formula in float64 loops. */
function distance(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { offset, rows, length, interleaved }: RowBlock,
) {
  let total = 0;
  for (let row = 0; row < rows; row++) {
    let [dot, aa, bb] = [0, 0, 0];
    for (let i = 0; i < length; i++) {
      const at = offset + (interleaved ? i * rows + row : row * length + i);
      dot += a[at]! * b[at]!;
      aa += a[at]! ** 2;
      bb += b[at]! ** 2;
    }
    total += 1 - dot / (Math.sqrt(aa) * Math.sqrt(bb) + 1e-6);
  }
  return total;
}

describe.each([true, false])("row-wise cosine, interleaved %s", (interleaved) => {
  beforeAll(() => tf.setBackend("cpu"));

  it("has the value and the derivative of the formula", async () => {
    const random = new Random(1);
    const rows = [0, 1].map(() => ({
      a: random.fillNormal(new Float32Array(SIZE)),
      b: random.fillNormal(new Float32Array(SIZE)),
    }));
    const a = tf.tensor2d(rows.map((row) => Array.from(row.a)));
    const b = tf.tensor2d(rows.map((row) => Array.from(row.b)));
    const cotangent = tf.tensor1d([2, -3]);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      rowCosineDistance(x as tf.Tensor2D, b, [block(interleaved)])
        .mul(cotangent)
        .sum(),
    )(a);
    const exact = rows.map((row) => distance(row.a, row.b, block(interleaved)));
    expect((await value.data())[0]).toBeCloseTo(2 * exact[0]! - 3 * exact[1]!, 4);

    const derivative = (await grad.array()) as number[][];
    rows.forEach(({ a: x, b: y }, k) => {
      for (let i = 0; i < SIZE; i++) {
        const moved = (by: number) => Array.from(x, (value, j) => (j === i ? value + by : value));
        const slope =
          (distance(moved(1e-4), y, block(interleaved)) - distance(moved(-1e-4), y, block(interleaved))) /
          2e-4;
        expect(derivative[k]![i]).toBeCloseTo([2, -3][k]! * slope, 3);
      }
    });
  });

  it("counts a dead row as 1, with derivative 0", async () => {
    const a = tf.zeros<tf.Rank.R2>([1, SIZE]);
    const b = tf.ones<tf.Rank.R2>([1, SIZE]);
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      rowCosineDistance(x as tf.Tensor2D, b, [block(interleaved)]).sum(),
    )(a);
    expect((await value.data())[0]).toBe(2);
    expect(Array.from(await grad.data())).toEqual(new Array(SIZE).fill(0));
  });
});

it("refuses vectors of different sizes", () => {
  expect(() => rowCosineDistance(tf.zeros([1, 3]), tf.zeros([1, 4]), [])).toThrow("expected two [k, P]");
});
