import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import convNet from "../networks/convNet";
import { gradientInParts } from "../operators/inParts";
import { flatGradient } from "./flatGradient";

beforeAll(() => tf.setBackend("cpu"));

it("is the gradient at the worst nearby weights, less a part of what is across to it", async () => {
  const shape = { height: 8, width: 8, channels: 1 } as const;
  const network = convNet.build(shape, 3, parseParams(convNet.params, { width: 4, depth: 2 }));
  const random = new Random(2);
  const weights = network.init(random);
  const batch = {
    images: tf.tensor4d(random.fillNormal(new Float32Array(256)), [4, 8, 8, 1]),
    targets: tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0], [4, 3]),
    limit: 3,
  };
  const before = tf.memory().numTensors;
  const found = flatGradient(network, weights, batch);
  expect(tf.memory().numTensors).toBe(before + 1);

  const gradientAt = async (values: ArrayLike<number>): Promise<number[]> =>
    Array.from(await gradientInParts(network, tf.tensor1d(Float32Array.from(values)), batch).data());
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const theta = Array.from(await weights.data());
  const here = await gradientAt(theta);
  const scaled = here.map((value, i) => Math.abs(theta[i]!) * value);
  const length = Math.sqrt(dot(scaled, scaled));
  const moved = theta.map((value, i) => value + (0.01 * value ** 2 * here[i]!) / length);
  const there = await gradientAt(moved);
  const share = dot(here, there) / dot(there, there);
  const across = here.map((value, i) => value - share * there[i]!);
  expect(Math.abs(dot(across, there))).toBeLessThan(1e-6 * dot(there, there));
  const largest = Math.max(...there.map(Math.abs));
  const values = await found.data();
  there.forEach((value, i) =>
    expect(Math.abs(values[i]! - (value - 0.3 * across[i]!))).toBeLessThan(1e-4 * largest),
  );
  expect(there.some((value, i) => Math.abs(value - here[i]!) > 1e-3 * largest)).toBe(true);
});
