import { existsSync, readFileSync } from "node:fs";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { encodeNpy, type NpyArray } from "../codecs/npy";
import { collectAll } from "../collectAll";
import { gzip, idxPair, picked, zip } from "../fixtures/madeFiles";
import cifarBin from "./cifarBin";
import idx from "./idx";
import npz from "./npz";
import { readers } from "./index";
import type { Reader } from "./reader";
import type { PickedFile } from "@/shared/importing";

const context = { signal: new AbortController().signal };

/** Facts and all images of a raw format. */
async function readAll(reader: Reader, files: PickedFile[]) {
  const facts = await reader.inspect(files, context);
  const items = (await collectAll(reader.read(files, facts, context))).filter(
    (item) => item.kind === "pixels",
  );
  const of = (split: string) => {
    const own = items.filter((item) => item.split === split);
    return {
      labels: own.flatMap((item) => [...item.labels]),
      pixels: own.flatMap((item) => [...item.pixels]),
    };
  };
  return { facts, items, of };
}

const npzOf = async (arrays: Record<string, NpyArray>) =>
  picked(
    "medal.npz",
    await zip(
      Object.entries(arrays).map(([name, array], i) => ({
        path: `${name}.npy`,
        bytes: encodeNpy(array),
        level: i % 2 ? 0 : 6,
      })),
    ),
  );
const bytes = (...shape: number[]): NpyArray => ({
  shape,
  dtype: "|u1",
  data: Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i % 251),
});
const int64 = (shape: number[], ...values: number[]): NpyArray => ({
  shape,
  dtype: "<i8",
  data: BigInt64Array.from(values, BigInt),
});

describe("readers", () => {
  it("take files by their names, each its own, before any is looked into", () => {
    const takers = (...paths: string[]) => {
      const files = paths.map((path) => picked(path, new Uint8Array(0)));
      return [...readers.values()].filter((reader) => reader.accepts(files).accepts).map(({ id }) => id);
    };
    expect(takers("cat/1.png", "dog/1.jpg")).toEqual(["imageFolder"]);
    expect(takers("pets.zip")).toEqual(["imageZip"]);
    expect(takers("train-images-idx3-ubyte.gz", "train-labels.idx1-ubyte")).toEqual(["idx"]);
    expect(takers("pathmnist.npz")).toEqual(["npz"]);
    expect(takers("x_train.npy", "y_train.npy", "manifest.json")).toEqual(["npy"]);
    expect(takers("images.pt", "labels.pt", "manifest.json")).toEqual(["pytorch"]);
    expect(takers("set.safetensors")).toEqual(["safetensors"]);
    const archives = ["cifarBin", "cifarPython", "imageTar", "webDataset"];
    expect(takers("cifar-10-binary.tar.gz").sort()).toEqual(archives);
    expect(takers("train.tar", "test.tar").sort()).toEqual(["imageTar", "webDataset"]);
    expect(takers("data_batch_1", "test_batch", "batches.meta")).toEqual(["cifarPython"]);
  });
});

describe("idx", () => {
  it("reads a quadruple, plain and gzipped, in any order", async () => {
    const [images, labels] = idxPair("train", [3, 1, 3]);
    const test = idxPair("t10k", [1, 3]);
    const packed = picked(
      "train-labels-idx1-ubyte.gz",
      await gzip(new Uint8Array(await labels!.file.arrayBuffer())),
    );
    const { facts, of } = await readAll(idx, [...test, packed, images!]);
    const both = await readAll(idx, [...test, packed, labels!, images!]); // as torchvision leaves them
    expect(both.items.length).toBe(2);
    expect(facts).toMatchObject({ name: "MNIST", classNames: ["1", "3"], channels: 1, sampled: 5 });
    expect(facts.counts).toEqual({ train: [1, 2], test: [1, 1], val: [0, 0] });
    expect(of("train").labels).toEqual([1, 0, 1]);
    expect(of("test").labels).toEqual([0, 1]);
    expect(of("train").pixels.slice(12, 24)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  const folder = "../shared/data/mnist";
  const names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
  const present = existsSync(`${folder}/${names[0]}-ubyte.gz`);
  if (!present) console.warn(`skipped: MNIST is not in ${folder}`);
  it.skipIf(!present)("reads all of MNIST", async () => {
    const files = names.map((name) =>
      picked(`${name}-ubyte.gz`, Uint8Array.from(readFileSync(`${folder}/${name}-ubyte.gz`))),
    );
    const facts = await idx.inspect(files, context);
    // images per digit, as in the published files
    expect(facts.counts.train).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(facts.counts.test).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    let sum = 0;
    let images = 0;
    for await (const item of idx.read(files, facts, context)) {
      if (item.kind !== "pixels" || item.split !== "train") continue;
      for (const value of item.pixels) sum += value;
      images += item.labels.length;
    }
    expect(images).toBe(60_000);
    expect(sum / 255 / (60_000 * 784)).toBeCloseTo(0.1307, 4); // the mean that everyone normalises with
  });
});

describe("npz", () => {
  it("reads MedMNIST's and Keras' names, grey and RGB", async () => {
    const file = await npzOf({
      train_images: bytes(3, 4, 5, 3),
      train_labels: int64([3, 1], 2, 0, 2),
      val_images: bytes(1, 4, 5, 3),
      val_labels: int64([1, 1], 0),
      test_images: bytes(2, 4, 5, 3),
      test_labels: int64([2, 1], 0, 2),
    });
    const { facts, of } = await readAll(npz, [file]);
    expect(facts).toMatchObject({ name: "medal", classNames: ["0", "2"], channels: 3 });
    expect(facts.sizes).toEqual([{ width: 5, height: 4, count: 6 }]);
    expect(facts.counts).toEqual({ train: [1, 2], val: [1, 0], test: [1, 1] });
    expect(of("train").labels).toEqual([1, 0, 1]);
    expect(of("train").pixels).toEqual([...(bytes(3, 4, 5, 3).data as Uint8Array)]);
    const keras = await readAll(npz, [
      await npzOf({
        x_train: bytes(2, 3, 3),
        y_train: { shape: [2], dtype: "|u1", data: Uint8Array.of(1, 0) },
        x_test: bytes(1, 3, 3),
        y_test: { shape: [1], dtype: "|u1", data: Uint8Array.of(1) },
      }),
    ]);
    expect(keras.facts).toMatchObject({ channels: 1, counts: { train: [1, 1], test: [0, 1] } });
  });

  it("refuses what cannot be distilled, and says why", async () => {
    const labels = int64([2], 0, 1);
    const cases: [Record<string, NpyArray>, RegExp][] = [
      [{ images: bytes(2, 3, 3) }, /medal\.npz has no labels: "images" is there, "labels" is not/],
      [{ weights: bytes(2, 3) }, /no arrays of images and labels; it holds weights/],
      [{ images: bytes(2, 3, 3), labels: int64([2, 3], 0, 1, 0, 1, 1, 0) }, /several labels per image/],
      [{ images: bytes(3, 3, 3), labels }, /3 images but 2 labels/],
      [{ images: bytes(2, 9), labels }, /no stack of pictures/],
      [
        { images: { shape: [2, 1, 1], dtype: "<f4", data: Float32Array.of(0, NaN) }, labels },
        /images\.npy holds NaN \(image 1\)/,
      ],
      [
        {
          images: bytes(2, 3, 3),
          labels: { shape: [2, 2], dtype: "<f4", data: Float32Array.of(1, 1, 0, 1) },
        },
        /several labels per image/,
      ],
      [
        { x_train: bytes(2, 3, 3), y_train: labels, x_test: bytes(2, 4, 4), y_test: labels },
        /images of another size/,
      ],
    ];
    for (const [arrays, message] of cases) {
      await expect(npz.inspect([await npzOf(arrays)], context)).rejects.toThrow(message);
    }
  });
});

describe("cifarBin", () => {
  const record = (label: number[], start: number) => [
    ...label,
    ...Array.from({ length: 3072 }, (_, i) => (start + Math.floor(i / 1024) * 50 + (i % 1024)) % 256),
  ];
  const file = (name: string, data: Uint8Array | string) => {
    const content = typeof data === "string" ? new TextEncoder().encode(data) : data;
    return { header: { name, size: content.length, type: "file" as const }, body: content };
  };
  const archive = async (entries: ReturnType<typeof file>[]) =>
    picked("cifar.tar.gz", await gzip(await packTar(entries)));

  it("reads CIFAR-10 with its class names, planes to pixels", async () => {
    const tar = await archive([
      file("c/batches.meta.txt", "cat\ndog\n\n"),
      file("c/data_batch_1.bin", Uint8Array.from([...record([1], 5), ...record([0], 9)])),
      file("c/test_batch.bin", Uint8Array.from(record([1], 0))),
      file("c/readme.html", "<p>hello"),
    ]);
    const { facts, of } = await readAll(cifarBin, [tar]);
    expect(facts).toMatchObject({ name: "CIFAR-10", classNames: ["cat", "dog"] });
    expect(facts.counts).toEqual({ train: [1, 1], test: [0, 1], val: [0, 0] });
    expect(of("train").labels).toEqual([1, 0]);
    expect(of("train").pixels.slice(0, 6)).toEqual([5, 55, 105, 6, 56, 106]);
  });

  it("takes the fine label of CIFAR-100", async () => {
    const tar = await archive([
      file("train.bin", Uint8Array.from([...record([3, 7], 0), ...record([3, 19], 0)])),
    ]);
    const { facts, of } = await readAll(cifarBin, [tar]);
    expect(of("train").labels).toEqual([7, 19]);
    expect(facts.name).toBe("CIFAR-100");
  });

  it("refuses other and damaged archives", async () => {
    const inspect = (made: PickedFile) => cifarBin.inspect([made], context);
    await expect(inspect(await archive([file("a.txt", "x")]))).rejects.toThrow(
      "cifar.tar.gz holds no CIFAR batches",
    );
    await expect(inspect(await archive([file("test_batch.bin", "x")]))).rejects.toThrow(
      "no file of CIFAR records",
    );
    const whole = await archive([file("test_batch.bin", Uint8Array.from(record([1], 0)))]);
    const cut = picked("cifar.tar.gz", new Uint8Array(await whole.file.arrayBuffer()).slice(0, 300));
    await expect(inspect(cut)).rejects.toThrow(/cut short/);
    await expect(inspect(picked("cifar.tar.gz", new Uint8Array(2000).fill(7)))).rejects.toMatchObject({
      name: "UserError",
    });
  });
});

describe("headers that announce the impossible", () => {
  it("are refused before anything is read for them", async () => {
    const [images, labels] = idxPair("train", [0, 1]) as [PickedFile, PickedFile];
    const huge = async (file: PickedFile) => {
      const made = new Uint8Array(await file.file.arrayBuffer());
      new DataView(made.buffer).setUint32(4, 4_000_000_000);
      return picked(file.path, made);
    };
    await expect(idx.inspect([await huge(images), await huge(labels)], context)).rejects.toThrow(
      "train-images-idx3-ubyte announces 4000000000 images of 3 × 4 pixels.",
    );
  });
});
