/** Several gradients in one pass are those of the groups one by one, and so are their derivatives. */
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { parseParams } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { Random } from "@/shared/random";
import { startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { networks } from "../networks";
import { canGroup, gradientAt, groupGradients, weightGradient } from "./weightGradient";

const GROUPS = 3;
const EACH = 2;
const SHAPE = { height: 6, width: 7, channels: 3 } as const;

beforeAll(async () => {
  await startBackend({ only: "webgpu" });
});

it.each([
  { norm: "instance", width: 5 },
  { norm: "group", width: 8 },
  { norm: "batch", width: 5 }, // frozen
])("agrees with one group at a time, $norm norm", async ({ norm, width }) => {
  const plugin = pluginById(networks, "convnet", "network");
  const network = plugin.build(SHAPE, 4, parseParams(plugin.params, { width, depth: 2, norm }));
  const random = new Random(5);
  const normal = (shape: number[]) =>
    tf.tensor(random.fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), shape);
  const weights = network.init(random);
  const images = normal([GROUPS * EACH, SHAPE.height, SHAPE.width, SHAPE.channels]) as tf.Tensor4D;
  const targets = tf.softmax(normal([GROUPS * EACH, 4])) as tf.Tensor2D;
  const lambda = normal([GROUPS, network.weightCount]) as tf.Tensor2D;
  const isBatch = network.statisticsCount > 0;
  const given = normal([network.statisticsCount]).abs().mul<tf.Tensor1D>(0.1).add<tf.Tensor1D>(0.02);
  const frozen = isBatch ? { statistics: given } : {};
  expect(canGroup(network, isBatch)).toBe(true);

  const together = tf.valueAndGrad((x: tf.Tensor) =>
    groupGradients(network, weights, x as tf.Tensor4D, targets, GROUPS, frozen)
      .mul(lambda)
      .sum(),
  )(images);
  const all = groupGradients(network, weights, images, targets, GROUPS, frozen);
  for (let group = 0; group < GROUPS; group++) {
    const own = images.slice(group * EACH, EACH);
    const wanted = targets.slice(group * EACH, EACH);
    await expectClose(
      all.slice(group, 1).flatten(),
      gradientAt(network, weights, own, wanted, frozen),
      `gradient of group ${group}`,
    );
    const row = lambda.slice(group, 1).flatten();
    const alone = tf.grad((x: tf.Tensor) =>
      weightGradient(network, weights, x as tf.Tensor4D, wanted, { towards: ["images"], ...frozen })
        .mul(row)
        .sum(),
    )(own);
    await expectClose(together.grad.slice(group * EACH, EACH), alone, `images of group ${group}`);
  }
  throwIfBackendFailed();
});

it("knows which networks have it", () => {
  const plugin = pluginById(networks, "convnet", "network");
  for (const norm of ["batch", "layer"])
    expect(canGroup(plugin.build(SHAPE, 4, parseParams(plugin.params, { width: 4, depth: 1, norm })))).toBe(
      false,
    );
});

async function expectClose(got: tf.Tensor, wanted: tf.Tensor, what: string): Promise<void> {
  const [a, b] = [await got.data<"float32">(), await wanted.data<"float32">()];
  const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const off = b.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i]!)), 0);
  expect(largest, what).toBeGreaterThan(0);
  expect(off / largest, what).toBeLessThan(2e-5);
}
