import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { idxPair, picked, png } from "./fixtures/madeFiles";
import { testImport } from "./fixtures/testImport";

const PIXELS = 12; // of an image of idxPair(), which starts with its number

/** 30 images of the classes 0, 1, 2 in turn, and 6 to test. */
const train = idxPair(
  "train",
  Array.from({ length: 30 }, (_, i) => i % 3),
);
const files = [...train, ...idxPair("t10k", [0, 1, 2, 0, 1, 2])];

type Tools = ReturnType<typeof testImport>;

/** The numbers of the images of a class. */
async function members({ stored }: Tools, id: string, label: number, split: "train" | "test" = "train") {
  const { pixels, labels } = await stored(id, split);
  return labels.flatMap((own, i) => (own === label ? [pixels[i * PIXELS]!] : []));
}

describe("classes at import", () => {
  it("are left out, renamed and put together", async () => {
    const tools = testImport();
    const { dataset, report } = await tools.run(files, { classes: ["one", null, "two"] });
    expect(dataset.classNames).toEqual(["one", "two"]);
    expect(report.counts).toEqual({ train: [10, 10], test: [2, 2] });
    expect(await members(tools, dataset.id, 1)).toEqual(Array.from({ length: 10 }, (_, i) => 3 * i + 2));
    expect(report.notes).toEqual([
      "Classes that were left out: 1.",
      "Classes that were renamed: 0 → one, 2 → two.",
    ]);

    const merged = await tools.run(files, { classes: ["0", " both", "both "] });
    expect(merged.dataset.classNames).toEqual(["0", "both"]);
    expect(merged.report.counts).toEqual({ train: [10, 20], test: [2, 4] });
    expect((await members(tools, merged.dataset.id, 1)).slice(0, 4)).toEqual([1, 2, 4, 5]);
  });

  it("are refused when there is nothing left to tell apart, or no name", async () => {
    const { run } = testImport();
    await expect(run(files, { classes: ["a", null, "a"] })).rejects.toThrow("one class only: a.");
    await expect(run(files, { classes: [null, null, null] })).rejects.toThrow("Every class was left out.");
    await expect(run(files, { classes: ["a", " ", "b"] })).rejects.toThrow('The class "1" needs a name.');
  });
});

describe("a limit of images per class", () => {
  it("takes the first ones of a split and leaves the other alone", async () => {
    const tools = testImport();
    const { dataset, report } = await tools.run(files, { most: { train: 4 } });
    expect(report.counts).toEqual({ train: [4, 4, 4], test: [2, 2, 2] });
    expect(await members(tools, dataset.id, 0)).toEqual([0, 3, 6, 9]);
    expect(report.notes).toEqual(["At most 4 training images of each class were taken, the first ones."]);
  });

  it("draws them by seed, exactly as many, from the whole class, after the test split", async () => {
    const tools = testImport();
    const drawn = async (seed: number) => {
      const { dataset, report } = await tools.run(train, {
        ...{ most: { train: 3, test: 1 }, draw: "random", testShare: 0.2, seed },
      });
      expect(report.counts).toEqual({ train: [3, 3, 3], test: [1, 1, 1] });
      return members(tools, dataset.id, 2);
    };
    const first = await drawn(1);
    expect(await drawn(1)).toEqual(first);
    const all = new Set((await Promise.all([2, 3, 4, 5, 6, 7, 8].map(drawn))).flat());
    expect(all.size).toBeGreaterThan(6);
    expect(Math.max(...all)).toBeGreaterThan(20);
  });

  it("counts what was put together as one class", async () => {
    const { run } = testImport();
    const { report } = await run(files, { classes: ["a", "b", "b"], most: { train: 15, test: 3 } });
    expect(report.counts).toEqual({ train: [10, 15], test: [2, 3] });
    await expect(run(files, { most: { train: 0 } })).rejects.toThrow("at most 0 train images");
  });
});

describe("what was chosen", () => {
  it("is kept with the dataset", async () => {
    const { run, store } = testImport();
    const choices = { classes: ["a", "b", null], most: { train: 2 }, fit: "pad" as const };
    const { dataset } = await run(files, choices);
    const [record, ...others] = (await store.get(dataset.id)).imports!;
    expect(others).toEqual([]);
    expect(record).toMatchObject({ source: "idx", images: 8, choices });
    expect(record!.files).toEqual(files.map(({ path }) => path));
  });

  it("decides how pictures of another shape are brought to the size", async () => {
    const { run, stored } = testImport();
    const pictures = [picked("a/1.png", png(1, 8, 4, 1)), picked("b/1.png", png(2, 8, 4, 1))];
    const size = { width: 4, height: 4 };
    const rows = async (fit: "crop" | "stretch" | "pad") => {
      const { dataset, report } = await run(pictures, { size, fit });
      const { pixels } = await stored(dataset.id);
      return { note: report.notes[0], rows: [0, 1, 2, 3].map((y) => pixels.slice(4 * y, 4 * y + 4)) };
    };
    const [crop, stretch, pad] = [await rows("crop"), await rows("stretch"), await rows("pad")];
    expect(crop.note).toContain("2 images were cropped around the centre");
    expect(stretch.note).toBe("2 images were stretched to 4 × 4.");
    expect(pad.note).toBe("2 images were scaled to fit, with black bars, into 4 × 4.");
    expect([pad.rows[0], pad.rows[3]]).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(pad.rows[1]).not.toEqual([0, 0, 0, 0]);
    expect(stretch.rows).not.toEqual(crop.rows);
    expect(stretch.rows[0]).not.toEqual([0, 0, 0, 0]);
  });
});
