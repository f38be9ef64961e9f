import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { parseParams, type ParamRecord } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { Random } from "@/shared/random";
import { networks } from "../networks/index";
import type { Network } from "../networks/network";
import { crossEntropy } from "./crossEntropy";
import { embedding, features, logits } from "./features";
import { freshStatistics, runningStatistics } from "./runningStatistics";
import { lossGradient, weightGradient } from "./weightGradient";

function smallNetwork(params: ParamRecord = {}): Network {
  const plugin = pluginById(networks, "convnet", "network");
  const all = { width: 4, depth: 2, activation: "swish", ...params };
  return plugin.build({ height: 8, width: 8, channels: 3 }, 3, parseParams(plugin.params, all));
}

const BATCH = 3;

/** Weights near the usual ones, images, soft targets and a direction in each. */
function draw(network: Network, seed = 1) {
  const random = new Random(seed);
  const normal = (shape: number[], scale = 1) =>
    tf.tensor(random.fillNormal(new Float32Array(tf.util.sizeFromShape(shape)), 0, scale), shape);
  const weights = network.init(random).add<tf.Tensor1D>(normal([network.weightCount], 0.1));
  const images = normal([BATCH, 8, 8, 3]) as tf.Tensor4D;
  const targets = tf.softmax(normal([BATCH, 3]) as tf.Tensor2D);
  const lambda = normal([network.weightCount]) as tf.Tensor1D;
  return { weights, images, targets, lambda, normal };
}

const number = async (tensor: tf.Tensor) => (await tensor.data())[0]!;

/** d f(x + s along) / ds at 0, to the fourth order. */
async function slope(
  f: (x: tf.Tensor) => tf.Tensor,
  x: tf.Tensor,
  along: tf.Tensor,
  step = 0.02,
): Promise<number> {
  const at = (s: number) => number(f(x.add(along.mul(s))));
  const near = (await at(step)) - (await at(-step));
  const far = (await at(2 * step)) - (await at(-2 * step));
  return (8 * near - far) / (12 * step);
}

describe.each(["cpu", "wasm"])("operators on %s", (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
    await tf.ready();
  });

  const variants: ParamRecord[] = [
    { norm: "instance", pooling: "avg" },
    { norm: "group", pooling: "none", activation: "sigmoid" },
    { norm: "layer", pooling: "avg" },
    { norm: "batch", pooling: "avg" },
    { norm: "none", pooling: "avg" },
  ];

  it.each(variants)(
    "weightGradient: H λ, A and the targets' part agree with differences %o",
    async (params) => {
      const network = smallNetwork(params);
      const { weights, images, targets, lambda, normal } = draw(network);
      const temperature = 1.5;
      const product = (w: tf.Tensor, x: tf.Tensor, t: tf.Tensor) =>
        weightGradient(network, w as tf.Tensor1D, x as tf.Tensor4D, t as tf.Tensor2D, { temperature })
          .mul(lambda)
          .sum<tf.Scalar>();
      const grads = tf.grads(product)([weights, images, targets]);
      const inputs = [weights, images, targets];
      for (const [i, gradient] of grads.entries()) {
        const along = normal(inputs[i]!.shape, 0.3);
        const f = (x: tf.Tensor) =>
          product(...(inputs.with(i, x as never) as [tf.Tensor, tf.Tensor, tf.Tensor]));
        const [got, wanted] = [await number(gradient.mul(along).sum()), await slope(f, inputs[i]!, along)];
        const scale = await number(gradient.norm().mul(along.norm()));
        expect(Math.abs(got - wanted) / scale, `input ${i}`).toBeLessThan(5e-4);
      }
    },
  );

  it.each(variants)("features: every tap's gradient agrees with differences %o", async (params) => {
    const network = smallNetwork(params);
    const { weights, images, normal } = draw(network, 2);
    const shapes = features(network, weights, images);
    const cotangents = [...shapes.activations, shapes.embedding, shapes.logits].map(({ shape }) =>
      normal(shape),
    );
    const product = (w: tf.Tensor, x: tf.Tensor) => {
      const taps = features(network, w as tf.Tensor1D, x as tf.Tensor4D);
      const parts = [...taps.activations, taps.embedding, taps.logits].map((tap, i) =>
        tap.mul(cotangents[i]!).sum(),
      );
      return tf.stack(parts).sum<tf.Scalar>();
    };
    const inputs = [weights, images] as const;
    const grads = tf.grads(product)([...inputs]);
    for (const [i, gradient] of grads.entries()) {
      const along = normal(inputs[i]!.shape, 0.3);
      const f = (x: tf.Tensor) => (i === 0 ? product(x, images) : product(weights, x));
      const [got, wanted] = [await number(gradient.mul(along).sum()), await slope(f, inputs[i]!, along)];
      const scale = await number(gradient.norm().mul(along.norm()));
      expect(Math.abs(got - wanted) / scale, `input ${i}`).toBeLessThan(5e-4);
    }
  });

  it("gives the same numbers by every way", async () => {
    const network = smallNetwork({ norm: "batch", activation: "relu", pooling: "max" });
    const { weights, images, targets } = draw(network);
    const taps = features(network, weights, images);
    expect(taps.activations.map(({ shape }) => shape)).toEqual([
      [BATCH, 8, 8, 4],
      [BATCH, 4, 4, 4],
    ]);
    expect(await embedding(network, weights, images).data()).toEqual(await taps.embedding.data());
    expect(await logits(network, weights, images).data()).toEqual(await taps.logits.data());
    const loss = (w: tf.Tensor) => crossEntropy(logits(network, w as tf.Tensor1D, images), targets);
    const byTape = await tf.grad(loss)(weights).data();
    const direct = lossGradient(network, weights, images, targets);
    expect(await direct.gradient.data()).toEqual(byTape);
    expect(await number(direct.loss)).toBeCloseTo(await number(loss(weights)), 6);
    expect(await weightGradient(network, weights, images, targets).data()).toEqual(byTape);
  });

  it("refuses gradients that were left out, and inputs of another network", () => {
    const network = smallNetwork();
    const { weights, images, targets } = draw(network);
    const options = { towards: ["weights"] as const };
    const bySlip = tf.grad((x) => embedding(network, weights, x as tf.Tensor4D, options).sum());
    expect(() => bySlip(images)).toThrow("Cannot compute gradient");
    const none = tf.grad((x) => embedding(network, weights, x as tf.Tensor4D, { towards: [] }).sum());
    expect(() => none(images)).toThrow("left out");
    expect(() => logits(network, weights.slice(1), images)).toThrow(
      `expected ${network.weightCount} weights`,
    );
    expect(() => weightGradient(network, weights, images, targets.slice(1))).toThrow(
      "expected targets [3, 3]",
    );
  });

  it("leaves no tensor behind, and frees activations that no gradient needs", () => {
    const network = smallNetwork({ norm: "batch" });
    const { weights, images, targets, lambda } = draw(network);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 2; i++) {
      const statistics = runningStatistics(network, weights, images);
      const frozen = { statistics };
      tf.dispose(features(network, weights, images, frozen) as unknown as tf.TensorContainerObject);
      tf.dispose([embedding(network, weights, images), logits(network, weights, images, { towards: [] })]);
      tf.dispose(lossGradient(network, weights, images, targets));
      const g = (w: tf.Tensor, x: tf.Tensor) => {
        const at = [network, w as tf.Tensor1D, x as tf.Tensor4D] as const;
        const { activations } = features(...at, frozen);
        const matched = weightGradient(...at, targets, frozen)
          .mul(lambda)
          .sum();
        return matched.add<tf.Scalar>(activations[0]!.sum());
      };
      tf.dispose(tf.grads(g)([weights, images]));
      statistics.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
    expect(freshStatistics(network).size).toBe(16);
  });
});
