/**
 * NumPy archives: `train_images`/`train_labels` with `val_…` and `test_…` (MedMNIST), `x_train`/`y_train` with
 * `x_test`/`y_test` (Keras), or one pair `images`/`labels`, `x`/`y`. Images are uint8 [n, height, width] with 1 or 3
 * channels behind or none; labels are whole numbers [n] or [n, 1]. Streamed: the arrays may be larger than memory.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ByteReader } from "../codecs/byteReader";
import { decodeNpy, npyHeader, type NpyHeader } from "../codecs/npy";
import { entryRefusal, readZipDirectory, ZipContents, type ZipEntry } from "../codecs/zip";
import { baseName, stem } from "./filePaths";
import { classesOf, refuseAbsurd } from "./labelClasses";
import { accepted, declined, defineReader, type ReaderContext, type SourceSplit } from "./reader";

const CHUNK_BYTES = 1 << 20;
const HEADER_STEP = 128;
const HEADER_LIMIT = 64 * 1024;

/** Names of the image and the label array of each split, in the order they are looked for. */
const PAIRS: readonly [SourceSplit, string, string][] = [
  ["train", "train_images", "train_labels"],
  ["val", "val_images", "val_labels"],
  ["test", "test_images", "test_labels"],
  ["train", "x_train", "y_train"],
  ["val", "x_val", "y_val"],
  ["test", "x_test", "y_test"],
  ["train", "images", "labels"],
  ["train", "x", "y"],
  ["train", "X", "y"],
];

export default defineReader({
  id: "npz",
  label: "NumPy archive (.npz)",
  about: "MedMNIST archives and others with x_train, y_train or images, labels.",

  accepts(files) {
    if (!files.some(({ path }) => /\.npz$/i.test(path))) return declined("there is no .npz among them");
    return files.length === 1 ? accepted : declined("an .npz is imported alone, one at a time");
  },

  async inspect([file], context) {
    const archive = await openArchive(file!, context);
    const labels = Object.fromEntries(archive.pairs.map((pair) => [pair.split, pair.numbers]));
    const { classNames, counts } = classesOf(labels);
    const { width, height, channels } = archive.pairs[0]!.shape;
    const total = archive.pairs.reduce((sum, pair) => sum + pair.numbers.length, 0);
    return {
      name: stem(archive.name),
      classNames,
      counts,
      sizes: [{ width, height, count: total }],
      sampled: total,
      channels,
      notes: [],
    };
  },

  async *read([file], facts, context) {
    const archive = await openArchive(file!, context);
    const indexOf = new Map(facts.classNames.map((name, index) => [Number(name), index]));
    for (const { split, shape, entry, numbers } of archive.pairs) {
      const labels = Uint16Array.from(numbers, (number) => indexOf.get(number) ?? 0);
      const imageBytes = shape.width * shape.height * shape.channels;
      const chunk = Math.max(1, Math.floor(CHUNK_BYTES / imageBytes));
      const reader = new ByteReader(await archive.contents.open(entry), `${archive.name}, ${entry.path}`);
      try {
        await readHeader(reader, `${archive.name}, ${entry.path}`);
        for (let start = 0; start < labels.length; start += chunk) {
          context.signal.throwIfAborted();
          const n = Math.min(chunk, labels.length - start);
          const pixels = await reader.read(n * imageBytes);
          yield { kind: "pixels", split, shape, pixels, labels: labels.subarray(start, start + n) };
        }
        await reader.atEnd(); // asks for the end, where the CRC is checked
      } finally {
        await reader.cancel();
      }
    }
  },
});

interface NpzPair {
  split: SourceSplit;
  /** Of the image array. */
  entry: ZipEntry;
  shape: { height: number; width: number; channels: 1 | 3 };
  /** The labels as stored. */
  numbers: Float64Array;
}

async function openArchive({ file, path }: PickedFile, { signal }: ReaderContext) {
  const name = baseName(path);
  const entries = await readZipDirectory(file, name, signal);
  const byName = new Map(entries.map((entry) => [entry.path.replace(/\.npy$/, ""), entry]));
  if (byName.size < entries.length) {
    throw new UserError(`${name} holds two arrays of the same name.`, "Save it again with np.savez.");
  }
  const contents = new ZipContents(file, name);
  const pairs: NpzPair[] = [];
  for (const [split, imageName, labelName] of PAIRS) {
    const [entry, labelEntry] = [byName.get(imageName), byName.get(labelName)];
    if (!entry || pairs.some((pair) => pair.split === split)) continue;
    if (!labelEntry)
      throw new UserError(
        `${name} has no labels: "${imageName}" is there, "${labelName}" is not.`,
        "Save images and labels of the same count and one size, labels as class numbers from 0.",
      );
    signal.throwIfAborted();
    const header = await headerOf(contents, entry, name);
    const shape = imageShape(header, `${name}, ${imageName}`);
    const announced = header.shape[0]! * shape.height * shape.width * shape.channels;
    if (announced !== entry.size - header.offset) {
      throw new UserError(
        `${name}, ${entry.path} announces ${announced} bytes of images and has ${entry.size - header.offset}.`,
        "Download or save it again.",
      );
    }
    const pair = { split, entry, shape };
    pairs.push({ ...pair, numbers: await readLabels(contents, labelEntry, header.shape[0]!, name) });
  }
  const first = pairs[0];
  if (!first) {
    throw new UserError(
      `${name} has no arrays of images and labels; it holds ${[...byName.keys()].slice(0, 8).join(", ") || "nothing"}.`,
      "Name them train_images, train_labels, test_images, test_labels, or x_train, y_train, x_test, y_test.",
    );
  }
  for (const { shape, entry } of pairs) {
    if (JSON.stringify(shape) !== JSON.stringify(first.shape)) {
      throw new UserError(
        `${name}: "${entry.path}" has images of another size than "${first.entry.path}".`,
        "Save images and labels of the same count and one size, labels as class numbers from 0.",
      );
    }
  }
  return { name, contents, pairs };
}

async function headerOf(contents: ZipContents, entry: ZipEntry, name: string): Promise<NpyHeader> {
  const where = `${name}, ${entry.path}`;
  const refusal = entryRefusal({ ...entry, size: 0, compressedSize: 0 }); // large ones are streamed
  if (refusal)
    throw new UserError(
      `${where} is ${refusal}.`,
      "Save images and labels of the same count and one size, labels as class numbers from 0.",
    );
  const reader = new ByteReader(await contents.open(entry), where);
  try {
    return await readHeader(reader, where);
  } finally {
    await reader.cancel();
  }
}

/** Reads the header and leaves `reader` at the first value. */
async function readHeader(reader: ByteReader, where: string): Promise<NpyHeader> {
  let bytes: Uint8Array = new Uint8Array(0);
  for (;;) {
    // a header ends on a multiple of 16 or 64: the steps go up to it and not beyond
    const wanted =
      bytes.length < 12 ? 12 : Math.min(headerEnd(bytes), HEADER_LIMIT + HEADER_STEP) - bytes.length;
    const more = await reader.read(wanted);
    bytes = joined(bytes, more);
    const header = npyHeader(bytes, where);
    if (header) return header;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Where the header ends, by its own length field. */
function headerEnd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes[6]! >= 2 ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
}

/** @throws UserError when the array is no stack of pictures */
function imageShape({ shape, dtype }: NpyHeader, where: string): NpzPair["shape"] {
  const [, height = 0, width = 0, channels = 1] = shape;
  const isStack = shape.length === 3 || (shape.length === 4 && (channels === 1 || channels === 3));
  if (!isStack || height < 1 || width < 1) {
    throw new UserError(
      `${where} has the shape (${shape.join(", ")}), which is no stack of pictures.`,
      "Images are read as [n, height, width] or [n, height, width, 1 or 3].",
    );
  }
  if (dtype !== "|u1") {
    throw new UserError(
      `${where} holds ${dtype} values instead of bytes.`,
      'Convert it with .astype("uint8"), 0 to 255.',
    );
  }
  refuseAbsurd(shape[0]!, height, width, where);
  return { height, width, channels: channels as 1 | 3 };
}

async function readLabels(
  contents: ZipContents,
  entry: ZipEntry,
  images: number,
  name: string,
): Promise<Float64Array> {
  const where = `${name}, ${entry.path}`;
  const refusal = entryRefusal(entry);
  if (refusal)
    throw new UserError(
      `${where} is ${refusal}.`,
      "Save images and labels of the same count and one size, labels as class numbers from 0.",
    );
  const bytes = await contents.read(entry);
  if (typeof bytes === "string")
    throw new UserError(
      `${where} is ${bytes}.`,
      "Save images and labels of the same count and one size, labels as class numbers from 0.",
    );
  const { shape, data } = decodeNpy(bytes, where);
  const [count = 0, columns = 1] = shape;
  if (shape.length > 2 || columns !== 1) {
    throw new UserError(
      `${where} has the shape (${shape.join(", ")}): several labels per image.`,
      "Only datasets with one class per image can be distilled.",
    );
  }
  if (count !== images)
    throw new UserError(
      `${name} has ${images} images but ${count} labels in "${entry.path}".`,
      "Save images and labels of the same count and one size, labels as class numbers from 0.",
    );
  const numbers = Float64Array.from<number | bigint>(data, Number);
  const wrong = numbers.find((number) => !Number.isInteger(number));
  if (wrong !== undefined)
    throw new UserError(
      `${where} holds ${wrong}, which is no class number.`,
      "Save images and labels of the same count and one size, labels as class numbers from 0.",
    );
  return numbers;
}
