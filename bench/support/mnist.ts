import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { memorySource } from "@/engine/testData";
import type { LabelledPixels } from "@/engine/testData";
import type { ImageSource } from "@/shared/dataset";

const FOLDER = resolve(import.meta.dirname, "../../../shared/data/mnist");
const SIZE = 28 * 28;

export const mnistIsThere = (): boolean => existsSync(FOLDER);

/** The first images of each class in file order, normalised with the constants of the papers. */
export function loadMnist(perClass: { train: number; test: number }): ImageSource {
  return memorySource(
    "MNIST",
    { height: 28, width: 28, channels: 1 },
    Array.from({ length: 10 }, (_, digit) => String(digit)),
    { train: firstOfEach("train", perClass.train), test: firstOfEach("t10k", perClass.test) },
    { mean: [0.1307], std: [0.3081] },
  );
}

function firstOfEach(part: "train" | "t10k", perClass: number): LabelledPixels {
  const pixels = idxBody(`${part}-images-idx3-ubyte.gz`, 16);
  const labels = idxBody(`${part}-labels-idx1-ubyte.gz`, 8);
  const seen = new Array<number>(10).fill(0);
  const rows = Array.from(labels.keys()).filter((row) => ++seen[labels[row]!]! <= perClass);
  const chosen = new Uint8Array(rows.length * SIZE);
  rows.forEach((row, i) => chosen.set(pixels.subarray(row * SIZE, (row + 1) * SIZE), i * SIZE));
  return { pixels: chosen, labels: rows.map((row) => labels[row]!) };
}

/** The values of an IDX file, without its header: 4 bytes, then 4 for each dimension. */
const idxBody = (name: string, header: number): Uint8Array =>
  gunzipSync(readFileSync(resolve(FOLDER, name))).subarray(header);
