import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import convNet from "../networks/convNet";
import { runningStatistics } from "../operators/runningStatistics";
import { gradientDistance, type GradientMetric } from "./gradientDistance";
import { batchGradients, matchGradient, type NetworkState } from "./gradientMatching";

const SHAPE = { height: 8, width: 8, channels: 1 } as const;
const COUNT = 5;

function setup(norm: string) {
  const random = new Random(4);
  const network = convNet.build(
    SHAPE,
    3,
    parseParams(convNet.params, { width: 4, depth: 2, norm, activation: "swish" }),
  );
  const images = (): tf.Tensor4D =>
    tf.tensor4d(random.fillNormal(new Float32Array(COUNT * 64)), [COUNT, 8, 8, 1]);
  const targets = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1], "int32"), 3).cast<tf.Tensor2D>("float32");
  const weights = network.init(random);
  const [real, syn] = [images(), images()];
  const statistics = norm === "batch" ? runningStatistics(network, weights, real) : undefined;
  const state: NetworkState = { network, weights, ...(statistics && { statistics }) };
  return { network, state, real, syn, targets, random };
}

const identity = (images: tf.Tensor4D): tf.Tensor4D => images;
const largest = async (tensor: tf.Tensor): Promise<number> => (await tensor.abs().max().data())[0]!;

beforeAll(() => tf.setBackend("cpu"));
afterAll(() => tf.disposeVariables());

describe.each(["instance", "batch"])("gradient matching, %s norm", (norm) => {
  it("is the same in one pass and in parts", async () => {
    const { network, state, real, syn, targets } = setup(norm);
    const distance = gradientDistance(network, "ours");
    const [whole, parts] = [Infinity, 2].map((limit) => {
      const gradient = batchGradients(state, real, targets, 1, limit);
      return { gradient, ...matchGradient(state, distance, gradient, syn, targets, identity, limit) };
    });
    for (const name of ["gradient", "value", "grad"] as const)
      expect(await largest(whole![name].sub(parts![name])), name).toBeLessThan(
        1e-5 * (await largest(whole![name])),
      );
  });

  it.each<GradientMetric>(["ours", "mse", "cos"])(
    "has the derivative of its value, distance %s",
    async (metric) => {
      const { network, state, real, syn, targets, random } = setup(norm);
      const distance = gradientDistance(network, metric);
      const gradient = batchGradients(state, real, targets, 1, Infinity);
      const match = (images: tf.Tensor4D) =>
        matchGradient(state, distance, gradient, images, targets, identity, Infinity);
      const direction = tf.tensor4d(random.fillNormal(new Float32Array(syn.size)), syn.shape);
      const valueAt = async (by: number) => (await match(syn.add(direction.mul(by))).value.data())[0]!;
      const slope = ((await valueAt(1e-2)) - (await valueAt(-1e-2))) / 2e-2;
      const along = (await match(syn).grad.mul(direction).sum().data())[0]!;
      expect(Math.abs(along - slope)).toBeLessThan(1e-2 * Math.abs(slope) + 1e-4);
    },
  );

  it("is near zero for equal images", async () => {
    const { network, state, real, targets } = setup(norm);
    const gradient = batchGradients(state, real, targets, 1, Infinity);
    for (const metric of ["mse", "cos"] as const) {
      const { value } = matchGradient(
        state,
        gradientDistance(network, metric),
        gradient,
        real,
        targets,
        identity,
        Infinity,
      );
      expect(Math.abs((await value.data())[0]!)).toBeLessThan(1e-3);
    }
  });
});
