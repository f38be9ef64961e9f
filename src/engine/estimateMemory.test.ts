import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImageSource } from "@/shared/dataset";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ParamRecord } from "@/shared/params";
import { startBackend } from "@/tensor/backend";
import { distil } from "./distil";
import { estimateMemory, networkSize } from "./estimateMemory";
import { planRun } from "./runPlan";
import { stripes } from "./testData";

beforeAll(() => startBackend({ only: "wasm" }));

const colour = stripes({ width: 16, height: 16, channels: 3 }, 4, { train: 40, test: 8 });
/** What takes most of a small run on these is their whitening. */
const small = stripes({ width: 8, height: 8, channels: 3 }, 4, { train: 40, test: 8 });

const EXPERTS = { experts: 1, maxStartEpoch: 1, expertEpochs: 1, expertBatch: 32 };
const CASES: {
  name: string;
  method: [string, ParamRecord];
  network: ParamRecord;
  ipc: number;
  evaluates?: boolean;
  whitens?: boolean;
}[] = [
  { name: "dm, wide", method: ["dm", { batchReal: 32 }], network: { width: 48 }, ipc: 2 },
  { name: "dm, many synthetic images", method: ["dm", { batchReal: 4 }], network: { width: 16 }, ipc: 30 },
  { name: "datadam", method: ["datadam", { batchReal: 16 }], network: { width: 24 }, ipc: 4 },
  {
    name: "datadam, batch norm",
    method: ["datadam", { batchReal: 16 }],
    network: { width: 24, norm: "batch" },
    ipc: 4,
  },
  {
    name: "dsa",
    method: ["dsa", { batchReal: 24, networkSteps: 2, networkEpochs: 1 }],
    network: { width: 24 },
    ipc: 4,
  },
  {
    name: "dc without norm",
    method: ["dc", { batchReal: 8, networkSteps: 2, networkEpochs: 1 }],
    network: { width: 32, norm: "none" },
    ipc: 12,
  },
  { name: "mtt", method: ["mtt", { synSteps: 4, ...EXPERTS }], network: { width: 24 }, ipc: 6 },
  {
    name: "mtt, more weights than images",
    method: ["mtt", { synSteps: 12, ...EXPERTS }],
    network: { width: 64 },
    ipc: 1,
  },
  {
    name: "tesla, in batches",
    method: ["tesla", { synSteps: 4, batchSyn: 8, ...EXPERTS }],
    network: { width: 24 },
    ipc: 8,
  },
  {
    name: "pad",
    method: [
      "pad",
      {
        synSteps: 4,
        ...EXPERTS,
        expansionEnd: 0,
        rightImages: false,
        leaveOut: "loss",
        expertDescent: "flat",
      },
    ],
    network: { width: 24 },
    ipc: 6,
  },
  {
    name: "an evaluation larger than the matching",
    method: ["dm", { batchReal: 1 }],
    network: { width: 24 },
    ipc: 20,
    evaluates: true,
  },
  {
    name: "whitening larger than the matching",
    method: ["dm", { batchReal: 4 }],
    network: { width: 2 },
    ipc: 1,
    whitens: true,
  },
];

function configOf({ method, network, ipc, evaluates, whitens }: (typeof CASES)[number]): ExperimentConfig {
  return {
    datasetId: "stripes",
    run: { ipc, iterations: 2, ...(whitens && { preprocessing: "zca" }) },
    method: { id: method[0], params: method[1] },
    network: { id: "convnet", params: { depth: 2, ...network } },
    augmentation: { id: "dsa", params: {} },
    evaluation: { id: "standard", params: { interval: evaluates ? 2 : 0, networks: 1, epochs: 1 } },
  };
}

/** The largest tensor memory of a run, in bytes beyond what was there before it. */
async function measuredPeak(config: ExperimentConfig, source: ImageSource): Promise<number> {
  const before = tf.memory().numBytes;
  const run = distil({ config, source });
  let peak = 0;
  for (;;) {
    let done: boolean | undefined;
    const { peakBytes } = await tf.profile(async () => {
      ({ done } = await run.next());
      return [];
    });
    if (Number.isFinite(peakBytes)) peak = Math.max(peak, peakBytes - before);
    if (done) return peak;
  }
}

describe("the memory of a run", () => {
  it.each(CASES)("$name: the estimate is within a factor of 1.5 of the peak", async (one) => {
    const config = configOf(one);
    const source = one.whitens ? small : colour;
    const { bytes } = estimateMemory(planRun(config, source.info), source.info);
    const peak = await measuredPeak(config, source);
    console.log(
      `${one.name}: ${(peak / 1e6).toFixed(1)} MB, estimated / measured ${(bytes / peak).toFixed(2)}`,
    );
    expect(bytes / peak).toBeGreaterThan(1 / 1.5);
    expect(bytes / peak).toBeLessThan(1.5);
  });
});

it("counts the layers inside residual blocks", () => {
  const shape = { width: 32, height: 32, channels: 3 } as const;
  const config = configOf(CASES[0]!);
  const resnet = planRun(
    { ...config, network: { id: "resnet18", params: {} } },
    { ...colour.info, shape },
  ).network;
  const { products, largest, norms, all } = networkSize(resnet);
  expect(norms).toBe("fused");
  expect(largest).toBe(32 * 32 * 64);
  expect(all).toBeGreaterThan(20 * largest);
  expect(products / 0.556e9).toBeCloseTo(1, 1); // 0.56 billion multiplications, as is well known of it
});
