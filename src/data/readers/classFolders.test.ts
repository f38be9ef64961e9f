import { describe, expect, it } from "vitest";
import { readFolders } from "./classFolders";
import { isJunk, sortedNames, unsafePath } from "./filePaths";

const at = (paths: string[]) => {
  const { images, classNames, skipped, wrapper } = readFolders(paths);
  const placed = images.map(({ index, split, label }) => `${paths[index]}: ${split} ${classNames[label]}`);
  return { placed, classNames, wrapper, skipped: skipped.map(({ path, reason }) => `${path}: ${reason}`) };
};

describe("classFolders", () => {
  it("reads class folders, however deep the files lie below them", () => {
    const { placed, classNames } = at(["dog/1.png", "cat/2.jpg", "cat/more/3.webp"]);
    expect(classNames).toEqual(["cat", "dog"]);
    expect(placed).toEqual(["dog/1.png: train dog", "cat/2.jpg: train cat", "cat/more/3.webp: train cat"]);
  });

  it("sees through wrappers and takes train, test and val for splits", () => {
    const { placed, wrapper } = at([
      "archive/pets/train/cat/1.png",
      "archive/pets/train/dog/1.png",
      "archive/pets/Test/cat/2.png",
      "archive/pets/valid/dog/3.png",
    ]);
    expect(wrapper).toBe("pets");
    expect(placed.map((line) => line.split(": ")[1])).toEqual([
      "train cat",
      "train dog",
      "test cat",
      "val dog",
    ]);
  });

  it("takes a single split folder for no split", () => {
    expect(at(["train/cat/1.png", "train/dog/1.png"]).placed[0]).toBe("train/cat/1.png: train cat");
    expect(at(["x/test/cat/1.png", "x/test/dog/1.png"]).placed[0]).toBe("x/test/cat/1.png: train cat");
  });

  it("takes folders named train and test for classes when they have no class folders inside", () => {
    expect(at(["train/1.png", "plane/2.png"]).classNames).toEqual(["plane", "train"]);
  });

  it("leaves out, with a reason, what belongs nowhere", () => {
    const { skipped, classNames } = at([
      "d/train/cat/1.png",
      "d/train/dog/1.png",
      "d/train/stray.png",
      "d/test/cat/1.png",
      "d/test/fox/1.png",
      "d/unlabeled/x/1.png",
      "d/train/cat/notes.txt",
      "d/train/cat/scan.tiff",
    ]);
    expect(classNames).toEqual(["cat", "dog"]);
    expect(skipped.sort()).toEqual([
      "d/test/fox/1.png: its class has no images to train on",
      "d/train/cat/notes.txt: not an image (.txt)",
      "d/train/cat/scan.tiff: .tiff pictures are not read here: save it as PNG",
      "d/train/stray.png: not in a class folder",
      "d/unlabeled/x/1.png: outside of the split folders (train, test, val)",
    ]);
  });

  it("counts images per class and split", () => {
    const { counts } = readFolders(["train/a/1.png", "train/b/1.png", "train/b/2.png", "val/b/1.png"]);
    expect(counts).toEqual({ train: [1, 2], test: [0, 0], val: [0, 1] });
  });

  it("refuses more classes than a label can count", () => {
    const paths = Array.from({ length: 65_537 }, (_, i) => `${i}/1.png`);
    expect(() => readFolders(paths)).toThrow(/More than 65,536 classes/);
    expect(readFolders(paths.slice(1)).classNames.length).toBe(65_536);
  });
});

describe("filePaths", () => {
  it("orders numbers as numbers and names by code point", () => {
    expect(sortedNames(["10", "9", "0"])).toEqual(["0", "9", "10"]);
    expect(sortedNames(["b", "a10", "a9", "B"])).toEqual(["B", "a10", "a9", "b"]);
    expect(sortedNames(["1", "01"])).toEqual(["01", "1"]);
  });

  it("knows junk and unsafe names", () => {
    for (const path of ["__MACOSX/a/1.png", "a/.DS_Store", "a/._1.png", "a/Thumbs.db"])
      expect(isJunk(path)).toBe(true);
    expect(isJunk("a/1.png")).toBe(false);
    for (const path of [
      "../a/1.png",
      "a/../../1.png",
      "/etc/1.png",
      "C:\\1.png",
      "a\\..\\1.png",
      "a/1.png\0.txt",
    ]) {
      expect(unsafePath(path)).toMatch(/^unsafe name/);
    }
    expect(unsafePath("a/..b/1..png")).toBe("");
  });
});
