import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { affineSample } from "./affineSample";

const [N, H, W, C] = [3, 5, 7, 2];
const SHAPE: [number, number, number, number] = [N, H, W, C];
const random = new Random(3);
const values = () => random.fillNormal(new Float32Array(N * H * W * C));
/** A turn with a stretch and a shift, the identity, and a mirror image. */
const MAPS = Float32Array.from([0.9, -0.3, 1.1, 0.25, 1.15, -0.7, 1, 0, 0, 0, 1, 0, -1, 0, W - 1, 0, 1, 0]);

/** The definition, pixel by pixel: y[q] = sum_p x[p] t(p - M q). */
function plain(x: Float32Array): number[] {
  const tent = (d: number) => Math.max(0, 1 - Math.abs(d));
  const y: number[] = [];
  for (let n = 0; n < N; n++) {
    const [a, b, c, d, e, f] = Array.from(MAPS.subarray(n * 6)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let v = 0; v < H; v++)
      for (let u = 0; u < W; u++)
        for (let k = 0; k < C; k++) {
          let sum = 0;
          for (let row = 0; row < H; row++)
            for (let column = 0; column < W; column++)
              sum +=
                x[((n * H + row) * W + column) * C + k]! *
                tent(a * u + b * v + c - column) *
                tent(d * u + e * v + f - row);
          y.push(sum);
        }
  }
  return y;
}

afterAll(() => tf.setBackend("cpu"));

describe.each(["cpu", "wasm"])("affineSample on %s", (backend) => {
  it("agrees with its definition", async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    const x = values();
    const y = await affineSample(tf.tensor4d(x, SHAPE), MAPS).data();
    plain(x).forEach((expected, i) => expect(y[i]).toBeCloseTo(expected, 5));
  });

  it("has the adjoint as its gradient: <A x, y> = <x, Aᵀ y>", async () => {
    await tf.setBackend(backend);
    const [x, y] = [tf.tensor4d(values(), SHAPE), tf.tensor4d(values(), SHAPE)];
    const forward = affineSample(x, MAPS).mul(y).sum();
    const adjoint = tf.grad((z: tf.Tensor) =>
      affineSample(z as tf.Tensor4D, MAPS)
        .mul(y)
        .sum(),
    )(x);
    const [left] = await forward.data();
    const [right] = await adjoint.mul(x).sum().data();
    expect(right).toBeCloseTo(left!, 4);
  });

  it("mirrors and copies exactly", async () => {
    await tf.setBackend(backend);
    const x = tf.tensor4d(values(), SHAPE);
    const y = affineSample(x, MAPS);
    expect(await y.slice(1, 1).data()).toEqual(await x.slice(1, 1).data());
    expect(await y.slice(2, 1).data()).toEqual(await x.slice(2, 1).reverse(2).data());
  });
});

it("refuses a wrong number of matrices", () => {
  expect(() => affineSample(tf.zeros(SHAPE), MAPS.subarray(6))).toThrow("expected 18 numbers");
});
