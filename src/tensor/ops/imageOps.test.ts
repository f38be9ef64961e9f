import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { colorJitter } from "./colorJitter";
import { cutRectangle } from "./cutRectangle";
import { segmentMean } from "./segmentMean";

const random = new Random(8);
const SHAPE: [number, number, number, number] = [2, 3, 4, 3];
const images = () => tf.tensor4d(random.fillNormal(new Float32Array(72)), SHAPE);
const CHANGES = [
  { brightness: 0.3, saturation: 1.4, contrast: 0.7 },
  { brightness: -0.1, saturation: 0.2, contrast: 1.3 },
];

/** The gradient of sum(f(x) * y) by central differences, at a few places. */
async function checkGradient(f: (x: tf.Tensor4D) => tf.Tensor): Promise<void> {
  const x = images();
  const y = images();
  const loss = (z: tf.Tensor) =>
    f(z as tf.Tensor4D)
      .mul(y)
      .sum<tf.Scalar>();
  const gradient = await tf.grad(loss)(x).data();
  const values = await x.data();
  for (const i of [0, 13, 40, 71]) {
    const shifted = (by: number) => {
      const moved = Float32Array.from(values);
      moved[i]! += by;
      return loss(tf.tensor4d(moved, SHAPE)).dataSync()[0]!; // CPU backend
    };
    expect(gradient[i]).toBeCloseTo((shifted(0.5) - shifted(-0.5)) / 1, 3); // linear: any step is exact
  }
}

describe("colorJitter", () => {
  it("is brightness, then saturation, then contrast", async () => {
    const x = images();
    const got = await colorJitter(x, CHANGES).data();
    CHANGES.forEach(({ brightness, saturation, contrast }, n) => {
      let view = x.slice(n, 1).add(brightness);
      const pixel = view.mean(3, true);
      view = view.sub(pixel).mul(saturation).add(pixel);
      const mean = view.mean();
      const expected = view.sub(mean).mul(contrast).add(mean).dataSync();
      expected.forEach((value, i) => expect(got[n * 36 + i]).toBeCloseTo(value, 5));
    });
  });
  it("has the right gradient, in colour and in grey", async () => {
    await checkGradient((x) => colorJitter(x, CHANGES));
    await checkGradient((x) => colorJitter(x.mean(3, true), CHANGES));
  });
});

describe("cutRectangle", () => {
  it("clears what lies inside the image and has the right gradient", async () => {
    const rectangles = [
      { top: -2, bottom: 2, left: 2, right: 9 },
      { top: 0, bottom: 0, left: 0, right: 0 },
    ];
    const kept = await cutRectangle(tf.ones([2, 3, 4, 1]), rectangles).data();
    expect(Array.from(kept.subarray(0, 12))).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1]);
    expect(kept.subarray(12).every((value) => value === 1)).toBe(true);
    await checkGradient((x) => cutRectangle(x, rectangles));
  });
});

describe("segmentMean", () => {
  it("averages runs of rows and spreads the gradient", async () => {
    const rows = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 9], [4, 2]);
    expect(Array.from(await segmentMean(rows, [1, 3]).data())).toEqual([1, 2, 5, expect.closeTo(19 / 3, 5)]);
    const gradient = tf.grad((x: tf.Tensor) => segmentMean(x as tf.Tensor2D, [1, 3]).sum())(rows);
    const third = expect.closeTo(1 / 3, 6) as number;
    expect(Array.from(await gradient.data())).toEqual([1, 1, third, third, third, third, third, third]);
  });
  it("adds up over parts and refuses wrong counts", async () => {
    const rows = tf.tensor2d([1, 2, 3, 6], [4, 1]);
    const sum = segmentMean(rows.slice(0, 3), [3], [4]).add(segmentMean(rows.slice(3), [1], [4]));
    expect(Array.from(await sum.data())).toEqual([3]);
    expect(() => segmentMean(rows, [2, 1])).toThrow("counts sum to 3");
  });
});
