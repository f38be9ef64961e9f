import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { idxPair } from "./fixtures/madeFiles";
import { testImport } from "./fixtures/testImport";
import { importFiles } from "./importDataset";
import { openImageSource } from "./imageSource";

const old = [...idxPair("train", [0, 1, 0, 1, 0]), ...idxPair("t10k", [0, 1])];
const more = idxPair("train", [1, 7, 7, 1, 1]);

describe("adding files to a dataset", () => {
  it("makes a larger one beside it: its images first, classes by name, new ones behind them", async () => {
    const { run, stored, store } = testImport();
    const first = await run(old, { name: "digits" });
    const { dataset, report } = await run(more, { name: "digits", addTo: first.dataset.id });
    expect(dataset).toMatchObject({ name: "digits 2", classNames: ["0", "1", "7"] });
    expect(report.counts).toEqual({ train: [3, 5, 2], test: [1, 1, 0] });
    expect(report.notes[0]).toBe("7 images came from digits.");
    expect(dataset.imports!.map(({ images }) => images)).toEqual([7, 5]);
    const [before, after] = [await stored(first.dataset.id), await stored(dataset.id)];
    expect(after.labels).toEqual([...before.labels, 1, 2, 2, 1, 1]);
    expect(after.pixels.slice(0, before.pixels.length)).toEqual(before.pixels);
    expect(await store.get(first.dataset.id)).toEqual(first.dataset); // runs and experts know it by this
    expect(dataset.fingerprint).not.toBe(first.dataset.fingerprint);
  });

  it("gives what one import of all the files gives", async () => {
    const { run } = testImport();
    const whole = await run(idxPair("train", [0, 1, 2, 3]), { classes: ["a", "b", null, null] });
    const grown = await run(idxPair("train", [0, 1]), { classes: ["a", "b"] });
    expect(grown.dataset.fingerprint).toBe(whole.dataset.fingerprint);
    const other = idxPair("train", [5, 5]);
    const twice = [
      await run(other, { addTo: whole.dataset.id, classes: ["b"] }),
      await run(other, { addTo: grown.dataset.id, classes: ["b"] }),
    ];
    expect(twice[0]!.dataset).toMatchObject({ counts: { train: [1, 3], test: [0, 0] } });
    expect(twice[0]!.dataset.fingerprint).toBe(twice[1]!.dataset.fingerprint);
  });

  it("leaves the old one alone, and nothing of the new one, when it fails or is cancelled", async () => {
    const { run, inspect, store, environment, stored } = testImport();
    const { dataset } = await run(old, { name: "digits" });
    const before = await stored(dataset.id);
    await expect(run(more, { addTo: dataset.id, size: { width: 9, height: 9 } })).rejects.toThrow(
      "digits holds images of 3 × 4 grey, not of 9 × 9 grey.",
    );
    const control = new AbortController();
    const inspected = await inspect(more);
    const { name, size, channels } = inspected.plan;
    const result = importFiles(
      inspected,
      { name, size, channels, testShare: 0, seed: 0, addTo: dataset.id },
      { ...environment(control.signal), onProgress: () => control.abort() },
      await openImageSource(store, dataset.id),
    );
    await expect(result).rejects.toMatchObject({ name: "AbortError" });
    expect(await store.list()).toEqual([dataset]);
    expect(await stored(dataset.id)).toEqual(before);
    expect(await store.sweep()).toBe(0);
  });
});
