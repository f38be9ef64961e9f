import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { affineSample } from "./affineSample";

beforeAll(async () => {
  await startBackend({ only: "webgpu" });
});

it("covers a batch with more numbers than one row of workgroups", async () => {
  const [n, h, w, c] = [1400, 32, 32, 3]; // 4,300,800 numbers; a row of 65,535 workgroups covers 4,194,240
  const mirror = Float32Array.from({ length: n * 6 }, (_, i) => [-1, 0, w - 1, 0, 1, 0][i % 6]!);
  const images = tf.range(0, n * h * w * c).reshape<tf.Tensor4D>([n, h, w, c]); // each exact in float32
  const sampled = affineSample(images, mirror);
  const adjoint = tf.grad((x: tf.Tensor) => affineSample(x as tf.Tensor4D, mirror))(images, images);
  const expected = images.reverse(2);
  const off = async (got: tf.Tensor) => (await got.sub(expected).abs().max().data())[0];
  expect(await off(sampled)).toBe(0);
  expect(await off(adjoint)).toBe(0);
  throwIfBackendFailed();
});
