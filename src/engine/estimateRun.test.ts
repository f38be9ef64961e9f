import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import { OutOfMemory } from "@/tensor/memoryErrors";
import { estimateRun, withSmallerSettings } from "./estimateRun";
import { stripes } from "./testData";

const { info } = stripes({ width: 16, height: 16, channels: 3 }, 4, { train: 40, test: 8 });
const config = (method: ExperimentConfig["method"], ipc = 10): ExperimentConfig => ({
  datasetId: "stripes",
  run: { ipc, iterations: 100 },
  method,
  network: { id: "convnet", params: { width: 64, depth: 2 } },
  augmentation: { id: "dsa", params: {} },
  evaluation: { id: "standard", params: { interval: 50, networks: 2, epochs: 9 } },
});
const mtt = config({ id: "mtt", params: { synSteps: 60, expertBatch: 16 } });
const roomy = { tensorBytes: Infinity, totalBytes: Infinity };
const ask = (config: ExperimentConfig, limits = roomy) =>
  estimateRun({ config, info, limits, device: "wasm SIMD", times: null, expertEpochs: 0 });
const largestNamed = (hint: string, label: string): number =>
  Number(new RegExp(`"${label}" of at most (\\d+)`).exec(hint)?.[1]);

describe("a run that does not fit", () => {
  it("is told with the settings that would, each the largest that does", () => {
    const { bytes, problem } = ask(mtt);
    expect(problem).toBeNull();
    const limits = { ...roomy, totalBytes: bytes * 0.9 };
    const told = ask(mtt, limits).problem!;
    expect(told).toMatchObject({
      kind: "outOfMemory",
      message: expect.stringContaining("more than the") as string,
    });
    const steps = largestNamed(told.hint, "Student steps");
    const width = largestNamed(told.hint, "Network width");
    for (const [fit, burst] of [
      [withSteps(steps), withSteps(steps + 1)],
      [withWidth(width), withWidth(width + 1)],
    ] as const) {
      expect(ask(fit, limits).problem).toBeNull();
      expect(ask(burst, limits).problem).not.toBeNull();
    }
  });

  it("names the limit on one tensor", () => {
    const dm = config({ id: "dm", params: { batchReal: 40 } }, 2);
    const { problem } = ask(dm, { ...roomy, tensorBytes: 2e6 });
    expect(problem?.message).toMatch(/One tensor .* 0\.002 GB that this device allows/);
    expect(problem?.hint).toContain('"Real images per class" of at most');
  });

  it("that was noticed on the way gets the same advice, and no other error does", () => {
    const full = withSmallerSettings(
      new OutOfMemory("The graphics memory is full."),
      ...([mtt, info, roomy] as const),
    ) as UserError;
    expect(full).toMatchObject({ message: "The graphics memory is full.", kind: "outOfMemory" });
    expect(largestNamed(full.hint, "Network width")).toBeLessThan(64);
    const other = new UserError("The loss is not a number.");
    expect(withSmallerSettings(other, mtt, info, roomy)).toBe(other);
  });
});

it("counts whitening, and names doing without it where it does not fit", () => {
  const { run, ...rest } = config({ id: "dm", params: { batchReal: 4 } }, 1);
  const plain = ask({ ...rest, run });
  const whitened = { ...rest, run: { ...run, preprocessing: "zca" } };
  const { bytes, dataBytes, kinds } = ask(whitened);
  expect(bytes).toBeGreaterThan(7 * 768 ** 2 * 4 - 1); // of 16 x 16 x 3 numbers
  expect(dataBytes).toBe(4 * plain.dataBytes);
  expect([plain.kinds, kinds].map((all) => all.includes("whitening"))).toEqual([false, true]);
  const { problem } = ask(whitened, { ...roomy, totalBytes: (bytes + plain.bytes) / 2 });
  expect(problem?.hint).toContain('"Preprocessing" by mean and standard deviation');

  const times = { basis: "measured" as const, kinds: { whitening: { fixed: 0, perImage: 1 } } };
  const timed = (config: ExperimentConfig) =>
    estimateRun({ ...{ config, info, limits: roomy, device: "", times }, expertEpochs: 0 }).time!;
  expect(timed({ ...rest, run }).whitening).toBe(0);
  // 160 images for the covariance, 45 products of 768 rows, 160 + 32 images whitened
  expect(timed(whitened).whitening).toBeCloseTo((160 + 45 * 768 + 160 + 32) / 1000);
});

it("adds up matching, evaluations and experts", () => {
  const kinds = Object.fromEntries(ask(mtt).kinds.map((kind) => [kind, { fixed: 0, perImage: 1 }]));
  const times = { basis: "measured" as const, kinds };
  const { time } = estimateRun({
    ...{ config: mtt, info, limits: roomy, device: "", times },
    expertEpochs: 3,
  });
  // 40 images: 60 steps of two views, a gradient and a tangent each
  expect(time!.matching).toBeCloseTo((100 * 60 * 40 * (2 + 1 + 1)) / 1000);
  // 2 evaluations of 2 networks that see 40 images 10 times, each with a view and a gradient; 32 test images
  expect(time!.evaluations).toBeCloseTo((4 * (10 * 40 * 2 + 32 * 2)) / 1000);
  expect(time!.experts).toBeCloseTo((3 * (160 * 2 + 32 * 2)) / 1000);
});

function withSteps(synSteps: number): ExperimentConfig {
  return { ...mtt, method: { id: "mtt", params: { ...mtt.method.params, synSteps } } };
}
function withWidth(width: number): ExperimentConfig {
  return { ...mtt, network: { id: "convnet", params: { width, depth: 2 } } };
}
