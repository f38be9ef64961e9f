/** Every reader against noise and mutated files, from the first look to the last image. */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { PickedFile } from "@/shared/importing";
import { UserError } from "@/shared/errors";
import { encodeIdx } from "../codecs/idx";
import { encodeNpy } from "../codecs/npy";
import { hostileBytes, inputsTried, mutated, runs, withstands } from "../fixtures/hostile/hostileBytes";
import { classes, gzip, picked, zip } from "../fixtures/madeFiles";
import { cifarRecord, deflated, tarGz } from "../fixtures/packedFiles";
import { joined, rawZip } from "../fixtures/rawZip";
import cifarBin from "./cifarBin";
import { readFolders } from "./classFolders";
import { unsafePath } from "./filePaths";
import idx from "./idx";
import imageFolder from "./imageFolder";
import imageZip from "./imageZip";
import npz from "./npz";
import type { Reader } from "./reader";

const text = (value: string) => new TextEncoder().encode(value);
const context = { signal: new AbortController().signal };

/** Reads everything; no reader may give more images than it announced. */
async function readAll(reader: Reader, files: PickedFile[]): Promise<void> {
  const facts = await reader.inspect(files, context);
  const announced = Object.values(facts.counts)
    .flat()
    .reduce((sum, count) => sum + count, 0);
  let images = 0;
  for await (const item of reader.read(files, facts, context)) {
    if (item.kind === "pixels") images += item.labels.length;
    else if (item.kind === "image") images++;
  }
  if (images > announced) throw new Error(`${images} images, ${announced} announced`);
}

const labels = encodeIdx([3], Uint8Array.of(0, 1, 1));
const images = encodeIdx([3, 2, 2], new Uint8Array(12));
const labelArray = encodeNpy({ shape: [2], dtype: "|u1", data: Uint8Array.of(0, 1) });
const imageArray = encodeNpy({ shape: [2, 2, 2], dtype: "|u1", data: new Uint8Array(8) });

afterAll(() => console.log(`readers: ${inputsTried()} inputs tried`));

describe("hostile bytes", () => {
  it("idx, its images and its labels", async () => {
    const read = (...[first, second]: Uint8Array<ArrayBuffer>[]) =>
      readAll(idx, [picked("train-images-idx3-ubyte", first!), picked("train-labels-idx1-ubyte", second!)]);
    await withstands(hostileBytes([images, await gzip(images)]), (bytes) => read(bytes, labels), {
      count: 400,
      ratio: 1100,
    });
    await withstands(hostileBytes([labels, await gzip(labels)]), (bytes) => read(images, bytes), {
      count: 300,
      ratio: 1100,
    });
  });

  it("imageZip", async () => {
    const valid = [await zip(classes("train/", ["a", "b"], 1)), await zip(classes("", ["a", "b", "c"], 1))];
    await withstands(hostileBytes(valid), (bytes) => readAll(imageZip, [picked("x.zip", bytes)]), {
      count: 500,
      ratio: 1100,
    });
  });

  it("npz, torn and with mutated arrays in a whole archive", async () => {
    const archive = (first: Uint8Array, second: Uint8Array) =>
      rawZip([
        { path: "images.npy", packed: first },
        { path: "labels.npy", packed: second },
      ]);
    const read = (bytes: Uint8Array<ArrayBuffer>) => readAll(npz, [picked("x.npz", bytes)]);
    const size = { count: 400, ratio: 1100 };
    await withstands(hostileBytes([archive(imageArray, labelArray)]), read, size);
    await withstands(mutated([imageArray]), (bytes) => read(archive(bytes, labelArray)), size);
    await withstands(mutated([labelArray]), (bytes) => read(archive(imageArray, bytes)), size);
  });

  it("cifarBin, packed and plain", async () => {
    const packed = await tarGz([
      ["batches.meta.txt", text("cat\ndog\n")],
      ["data_batch_1.bin", joined([cifarRecord(0), cifarRecord(1)])],
    ]);
    const plain = new Uint8Array(
      await new Response(
        new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")),
      ).arrayBuffer(),
    );
    const read = (name: string) => (bytes: Uint8Array<ArrayBuffer>) =>
      readAll(cifarBin, [picked(name, bytes)]);
    await withstands(hostileBytes([packed]), read("c.tar.gz"), { count: 150, ratio: 1100 });
    await withstands(mutated([plain]), read("c.tar"), { count: 150, ratio: 1100 });
  });
});

const part = fc.oneof(
  fc.constantFrom(
    "train",
    "Test",
    "val",
    "..",
    ".",
    "",
    "__proto__",
    "constructor",
    "a",
    "b",
    "C:",
    "猫",
    "\u202e",
  ),
  fc.string({ maxLength: 6, unit: "binary" }),
);
const path = fc
  .tuple(fc.array(part, { maxLength: 5 }), fc.constantFrom("1.png", "2.JPG", "x.txt", "a.svg", "", "\0.png"))
  .map(([folders, name]) => [...folders, name].join("/"));

describe("hostile names", () => {
  it("class folders: every path is an image or has a reason, and counts agree", () =>
    fc.assert(
      fc.property(fc.array(path, { maxLength: 12 }), (paths) => {
        const layout = readFolders(paths, (i) => unsafePath(paths[i]!));
        expect(layout.images.length + layout.skipped.length).toBe(paths.length);
        expect(new Set(layout.classNames).size).toBe(layout.classNames.length);
        for (const split of ["train", "test", "val"] as const) {
          layout.counts[split].forEach((count, label) =>
            expect(
              layout.images.filter((image) => image.split === split && image.label === label),
            ).toHaveLength(count),
          );
        }
        for (const { index } of layout.images) expect(unsafePath(paths[index]!)).toBe("");
      }),
      runs(1500),
    ));

  it("image folders and zips of any names", () =>
    fc.assert(
      fc.asyncProperty(fc.uniqueArray(path, { maxLength: 8 }), async (paths) => {
        const packed = await deflated(text("no picture"));
        const archive = rawZip(
          paths.map((name) => ({ path: name, packed, method: 8, size: 10, crc: 0xd2e6c1c4 })),
        );
        for (const read of [
          () =>
            readAll(
              imageFolder,
              paths.map((name) => picked(name, text("x"))),
            ),
          () => readAll(imageZip, [picked("x.zip", archive)]),
        ]) {
          await read().catch((error: unknown) => {
            if (!(error instanceof UserError)) throw error;
          });
        }
      }),
      runs(150),
    ));
});
