import "fake-indexeddb/auto";
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { classes, idxPair, picked, png } from "./fixtures/madeFiles";
import { testImport } from "./fixtures/testImport";

const pets = ["cat", "dog"];

describe("sizes, colours and splits", () => {
  it("proposes the most common size, at most 64, and crops and scales to it", async () => {
    const { inspect, run } = testImport();
    const files = [
      picked("a/1.png", png(1, 128, 96)),
      picked("a/2.png", png(2, 128, 96)),
      picked("b/1.png", png(3, 50, 40)),
    ];
    const { plan } = await inspect(files);
    expect(plan.size).toEqual({ width: 64, height: 48 });
    expect(plan.sizes).toEqual([
      { width: 128, height: 96, count: 2 },
      { width: 50, height: 40, count: 1 },
    ]);
    const { dataset, report } = await run(files, { size: { width: 20, height: 20 } });
    expect(dataset.shape).toEqual({ width: 20, height: 20, channels: 3 });
    expect(report.notes[0]).toBe("3 images were cropped around the centre and scaled to 20 × 20.");
    const same = await inspect(files.slice(0, 2).concat(picked("b/1.png", png(3, 128, 96))));
    expect(same.plan.size).toEqual({ width: 128, height: 96 });
  });

  it("keeps grey pictures at one channel, and turns colour to grey only when asked to", async () => {
    const { inspect, run, stored } = testImport();
    const grey = [picked("a/1.png", png(1, 4, 4, 1)), picked("b/1.png", png(2, 4, 4, 1))];
    expect((await inspect(grey)).plan.channels).toBe(1);
    const { dataset } = await run(grey);
    expect((await stored(dataset.id)).pixels.slice(0, 16)).toEqual([...decode(png(1, 4, 4, 1)).data]);
    const mixed = [...grey, picked("b/2.png", png(3, 4, 4, 3))];
    expect((await inspect(mixed)).plan.channels).toBe(3);
    expect((await run(mixed, { channels: 1 })).report.notes[0]).toBe(
      "1 image was turned from colour to grey.",
    );
  });

  it("draws a stratified test split by seed, and leaves a given one alone", async () => {
    const { run, stored } = testImport();
    const files = idxPair(
      "train",
      Array.from({ length: 90 }, (_, i) => i % 3),
    );
    const first = await run(files, { testShare: 0.2, seed: 1 });
    expect(first.report.counts).toEqual({ train: [24, 24, 24], test: [6, 6, 6] });
    expect((await run(files, { testShare: 0.2, seed: 1 })).dataset.fingerprint).toBe(
      first.dataset.fingerprint,
    );
    expect((await run(files, { testShare: 0.2, seed: 2 })).dataset.fingerprint).not.toBe(
      first.dataset.fingerprint,
    );
    const starts = async (split: "train" | "test") =>
      (await stored(first.dataset.id, split)).pixels.filter((_, i) => i % 12 === 0);
    expect([...(await starts("train")), ...(await starts("test"))].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 90 }, (_, i) => i),
    );
    const given = await run([...files, ...idxPair("t10k", [0, 1, 2])], { testShare: 0.5 });
    expect(given.report.counts).toEqual({ train: [30, 30, 30], test: [1, 1, 1] });
  });

  it("takes validation images for the test split when there is none, else for training", async () => {
    const { run } = testImport();
    const files = (split: string) =>
      classes(`${split}/`, pets, 2).map(({ path, bytes }) => picked(path, bytes));
    const asTest = await run([...files("train"), ...files("val")]);
    expect(asTest.report.counts).toEqual({ train: [2, 2], test: [2, 2] });
    expect(asTest.report.notes).toContain("There is no test split: the validation images were taken for it.");
    const asTrain = await run([...files("train"), ...files("val"), ...files("test")]);
    expect(asTrain.report.counts).toEqual({ train: [4, 4], test: [2, 2] });
  });

  it("refuses choices that cannot be", async () => {
    const { run } = testImport();
    const files = idxPair("train", [0, 1]);
    await expect(run(files, { size: { width: 0, height: 5 } })).rejects.toThrow("Images of 0 × 5 pixels");
    await expect(run(files, { testShare: 0.7 })).rejects.toThrow("A test split of 70 %");
  });
});
