import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import convNet from "../networks/convNet";
import type { Network } from "../networks/network";
import { matchTrajectory, studentTrajectory, type Student } from "./studentTrajectory";

const SHAPE = { height: 8, width: 8, channels: 1 } as const;
const COUNT = 6;

/** Smooth everywhere, so that finite differences mean something. */
const smooth = convNet.build(
  SHAPE,
  3,
  parseParams(convNet.params, { width: 4, depth: 2, activation: "swish" }),
);

function student(steps: number, network: Network, batch: number | null = null): Student {
  const random = new Random(3);
  const images = random.fillNormal(new Float32Array(COUNT * 64));
  const rows = (i: number) =>
    batch ? Int32Array.from({ length: batch }, (_, k) => (i + 2 * k) % COUNT) : null;
  return {
    network,
    start: network.init(random),
    target: network.init(random),
    images: tf.tensor4d(images, [COUNT, 8, 8, 1]),
    targets: tf.tidy(() =>
      tf.softmax(tf.tensor2d(random.fillNormal(new Float32Array(COUNT * 3)), [COUNT, 3])),
    ),
    synLr: tf.scalar(0.3),
    steps: Array.from({ length: steps }, (_, i) => ({
      rows: rows(i),
      view: (x: tf.Tensor4D) => x.mul(1 + 0.1 * i),
    })),
  };
}

const inputsOf = ({ start, target, images, targets, synLr }: Student) => [
  start,
  target,
  images,
  targets,
  synLr,
];

async function lossOf(run: Student): Promise<number> {
  const loss = tf.tidy(() => {
    const arrived = studentTrajectory(run).at(-1)!;
    const distance = (a: tf.Tensor, b: tf.Tensor) => a.sub(b).square().sum();
    return distance(arrived, run.target).div(distance(run.start, run.target));
  });
  const [value] = await loss.data();
  loss.dispose();
  return value!;
}

beforeAll(() => tf.setBackend("wasm"));
afterAll(() => tf.setBackend("cpu"));

describe("the derivative of where a student arrives", () => {
  it.each([null, 3])("equals finite differences along random directions, batch %s", async (batch) => {
    const run = student(3, smooth, batch);
    const match = matchTrajectory(run, { exact: true, towardsTargets: true });
    const random = new Random(9);
    for (const name of ["images", "synLr", "targets"] as const) {
      const direction = tf.tensor(random.fillNormal(new Float32Array(run[name].size)), run[name].shape);
      const moved = async (by: number) =>
        lossOf({ ...run, [name]: tf.tidy(() => run[name].add(direction.mul(by))) });
      const size = name === "synLr" ? 1e-3 : 1e-2;
      const slope = ((await moved(size)) - (await moved(-size))) / (2 * size);
      const along = (await match[name]!.mul(direction).sum().data())[0]!;
      expect(Math.abs(along - slope), name).toBeLessThan(5e-3 * Math.abs(slope) + 2e-5);
    }
  });

  it("is the same when steps go through the network in parts", async () => {
    const run = student(3, smooth, 5);
    const [whole, parts] = [{}, { limit: 2 }].map((more) =>
      matchTrajectory({ ...run, ...more }, { exact: true, towardsTargets: true }),
    );
    for (const name of ["images", "synLr", "targets"] as const) {
      const difference = await whole![name]!.sub(parts![name]!).abs().max().data();
      const size = await whole![name]!.abs().max().data();
      expect(difference[0]! / size[0]!, name).toBeLessThan(1e-5);
    }
  });

  it("differs from the truncated one, except after a single step", async () => {
    for (const [steps, same] of [
      [1, true],
      [3, false],
    ] as const) {
      const run = student(steps, smooth);
      const [exact, truncated] = [true, false].map((whole) =>
        matchTrajectory(run, { exact: whole, towardsTargets: false }),
      );
      const difference = (await exact!.images.sub(truncated!.images).abs().max().data())[0]!;
      const size = (await exact!.images.abs().max().data())[0]!;
      expect(difference < 1e-6 * size).toBe(same);
    }
  });

  it("is zero when there are no steps, and the loss is 1", async () => {
    const run = student(0, smooth);
    const match = matchTrajectory(run, { exact: true, towardsTargets: false });
    expect((await match.loss.data())[0]).toBeCloseTo(1, 6);
    expect((await match.images.abs().max().data())[0]).toBe(0);
    expect(run.start.isDisposed).toBe(false);
  });

  it.each([true, false])("keeps no tensor but its results, exact %s", (exact) => {
    const run = student(4, smooth, 4);
    const before = tf.memory().numTensors;
    const match = matchTrajectory(run, { exact, towardsTargets: true });
    expect(tf.memory().numTensors - before).toBe(4);
    tf.dispose({ ...match } as tf.NamedTensorMap);
    expect(tf.memory().numTensors).toBe(before);
    expect(inputsOf(run).every((tensor) => !tensor.isDisposed)).toBe(true);
  });
});

it.each([true, false])(
  "peak memory grows by one weight vector and one batch per step at most, exact %s",
  (exact) => {
    const network = convNet.build(SHAPE, 3, parseParams(convNet.params, { width: 16, depth: 2 }));
    const peak = (steps: number): number => {
      const run = student(steps, network);
      const before = tf.memory().numBytes;
      const highest = highestMemory(() =>
        tf.dispose({ ...matchTrajectory(run, { exact, towardsTargets: false }) } as tf.NamedTensorMap),
      );
      tf.dispose(inputsOf(run));
      return highest - before;
    };
    const perStep = 4 * (network.weightCount + COUNT * 64);
    const [few, many] = [peak(5), peak(40)];
    expect(many - few).toBeLessThanOrEqual(35 * perStep);
    expect(many - few).toBeGreaterThan(35 * 4 * network.weightCount * 0.99); // the weight vectors are really there
  },
);

/** The most bytes that tensors take while `work` runs, looked at whenever a kernel has run. */
function highestMemory(work: () => void): number {
  const engine = tf.engine();
  let highest = 0;
  const original = engine.runKernel.bind(engine);
  engine.runKernel = ((...args: Parameters<typeof original>) => {
    const result = original(...args);
    highest = Math.max(highest, tf.memory().numBytes);
    return result;
  }) as typeof engine.runKernel;
  try {
    work();
  } finally {
    engine.runKernel = original;
  }
  return highest;
}
