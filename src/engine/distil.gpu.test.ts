/** The augmentation and a step of distribution matching, on cpu and on WebGPU, with sizes that divide nothing. */
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import { backendFailure, startBackend } from "@/tensor/backend";
import type { Draw } from "./augmentations/augmentation";
import type { OperationKind } from "./augmentations/dsaOperations";
import { OPERATION_KINDS } from "./augmentations/dsaOperations";
import dsa from "./augmentations/siamese";
import { distil } from "./distil";
import { prepareExperts } from "./experts";
import { matchMeans } from "./methods/distributionMatching";
import convNet from "./networks/convNet";
import { stripes } from "./testData";
import { MemoryTrajectoryStore } from "./trajectories/memoryTrajectoryStore";

const SHAPE = { height: 9, width: 11, channels: 3 } as const;
const [H, W, C] = [SHAPE.height, SHAPE.width, SHAPE.channels];

beforeAll(async () => {
  const info = await startBackend({ only: "webgpu", userAgent: navigator.userAgent });
  expect(info).toMatchObject({ id: "webgpu", reason: "", remedy: "" });
  expect(info.adapter).not.toBe("");
  void backendFailure().then((error) => console.error("the backend failed:", error.message));
});

/** The same computation on both backends. */
async function onBoth(compute: () => tf.Tensor): Promise<[Float32Array, Float32Array]> {
  const results: Float32Array[] = [];
  for (const backend of ["cpu", "webgpu"]) {
    expect(await tf.setBackend(backend)).toBe(true);
    const result = tf.tidy(compute);
    results.push(Float32Array.from(await result.data()));
    result.dispose();
  }
  return results as [Float32Array, Float32Array];
}

function expectClose([expected, got]: [Float32Array, Float32Array], tolerance = 1e-4): void {
  expect(got).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - got[i]!)), 0);
  expect(scale).toBeGreaterThan(0.1);
  expect(worst).toBeLessThan(tolerance * scale);
}

const noise = (n: number, seed: number) =>
  tf.tensor4d(new Random(seed).fillNormal(new Float32Array(n * H * W * C)), [n, H, W, C]);

describe("the augmentation on WebGPU", () => {
  const augmentation = (kinds: readonly OperationKind[]) =>
    dsa.build(parseParams(dsa.params, { strategy: kinds.join("_") }), SHAPE);
  const random = new Random(6);
  const cases = OPERATION_KINDS.map((kind) => [kind, augmentation([kind]).drawBatch(3, random)] as const);
  const mixed = augmentation(OPERATION_KINDS);
  const draws: Draw[] = cases.map(([, drawn]) => drawn[0]!);

  it.each([...cases, ["one of each kind", draws] as const])("%s, and its gradient", async (_, drawn) => {
    const n = drawn.length;
    const view = (images: tf.Tensor) => mixed.view(images as tf.Tensor4D, drawn);
    expectClose(await onBoth(() => view(noise(n, 1))));
    expectClose(await onBoth(() => tf.grad((x) => view(x).mul(noise(n, 2)).sum())(noise(n, 1))));
  });
});

it("a step of distribution matching on WebGPU", async () => {
  const network = convNet.build(SHAPE, 2, parseParams(convNet.params, { width: 5, depth: 2 }));
  const augmentation = dsa.build(parseParams(dsa.params, {}), SHAPE);
  const step = () => {
    const random = new Random(11);
    const draws = [0, 1].map(() => augmentation.draw(random));
    const weights = network.init(random);
    const real = tf.tensor2d(random.fillNormal(new Float32Array(2 * network.embeddingSize)), [
      2,
      network.embeddingSize,
    ]);
    const syn = { images: noise(4, 3), counts: [2, 2] };
    return matchMeans({ network, augmentation, syn, imagesPerPass: 100 }, weights, draws, real);
  };
  expectClose(await onBoth(() => step().loss));
  expectClose(await onBoth(() => step().gradients["images"]!));
});

const STRIPES = stripes({ height: 8, width: 8, channels: 1 }, 2, { train: 6, test: 3 });

it(
  "a whole run on WebGPU builds its programs ahead and leaves no tensor behind",
  { timeout: 120_000 },
  async () => {
    await tf.setBackend("webgpu");
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    const built = vi.spyOn(device, "createComputePipeline");
    const run = () =>
      distil({
        source: STRIPES,
        showImages: true,
        config: {
          datasetId: "stripes",
          run: { ipc: 1, iterations: 4 },
          method: { id: "dm", params: { batchReal: 4 } },
          network: { id: "convnet", params: { width: 4, depth: 2 } },
          augmentation: { id: "dsa", params: {} },
          evaluation: { id: "standard", params: { interval: 4, networks: 1, epochs: 3 } },
        },
      });
    const before = tf.memory().numTensors;
    const kinds: string[] = [];
    const counts: string[] = [];
    const evaluation: string[] = [];
    for await (const event of run()) {
      if (event.kind === "preparing" && event.step === "Preparing the GPU") {
        counts.push(`${event.done} / ${event.total}`);
        built.mockClear();
      }
      if (event.kind === "iteration" && event.iteration === 1) expect(built).not.toHaveBeenCalled();
      if (event.kind === "evaluating" && event.preparing) {
        evaluation.push(event.preparing.step);
        built.mockClear();
      }
      if (event.kind === "evaluation") expect(built).not.toHaveBeenCalled();
      kinds.push(event.kind);
    }
    expect(new Set(evaluation)).toEqual(new Set(["Preparing the GPU"]));
    const total = counts.length - 1;
    expect(total).toBeGreaterThan(0);
    expect([counts[0], counts.at(-1)]).toEqual([`0 / ${total}`, `${total} / ${total}`]);
    expect(kinds.at(-1)).toBe("done");
    expect(kinds).toContain("evaluation");
    expect(tf.memory().numTensors).toBe(before);
  },
);

it("the training of experts builds its programs ahead and leaves no tensor behind", async () => {
  await tf.setBackend("webgpu");
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  const built = vi.spyOn(device, "createComputePipeline");
  const before = tf.memory().numTensors;
  const config = {
    datasetId: "stripes",
    run: { ipc: 1, iterations: 1 },
    method: {
      id: "mtt",
      params: { experts: 1, maxStartEpoch: 1, expertEpochs: 1, expertMomentum: 0.9, expertBatch: 3 },
    },
    network: { id: "convnet", params: { width: 4, depth: 1, norm: "batch" } },
    augmentation: { id: "none", params: {} },
    evaluation: { id: "standard", params: {} },
  };
  const steps: string[] = [];
  for await (const { step } of prepareExperts(config, STRIPES, new MemoryTrajectoryStore())) {
    steps.push(step);
    if (step === "Preparing the GPU") built.mockClear();
    if (step.startsWith("Training")) expect(built).not.toHaveBeenCalled();
  }
  expect(steps).toContain("Preparing the GPU");
  expect(steps.filter((step) => step.startsWith("Training"))).toHaveLength(4); // batches of 12 images
  expect(tf.memory().numTensors).toBe(before);
});
