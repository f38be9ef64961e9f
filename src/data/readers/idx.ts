/**
 * The format of MNIST, Fashion-MNIST, KMNIST and EMNIST: a file of images and a file of labels per split, raw or
 * gzipped. The name tells the split (`train-…`, `t10k-…`, `…-test-…`), the contents tell images from labels.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ByteReader } from "../codecs/byteReader";
import { mostUnpacked, openUnpacked } from "../codecs/gzip";
import { readIdxHeader } from "../codecs/idx";
import { baseName } from "./filePaths";
import { classesOf, refuseAbsurd } from "./labelClasses";
import { accepted, declined, defineReader, type SourceSplit } from "./reader";
import { splitOfPath } from "./splitNames";

const CHUNK_BYTES = 1 << 20;
const NAME = /(-ubyte|\.ubyte|\.idx|idx[1-4])(\.gz)?$/i;

export default defineReader({
  id: "idx",
  label: "IDX (MNIST family)",
  about: "Pairs of image and label files, …-idx3-ubyte and …-idx1-ubyte, raw or .gz.",

  accepts(files) {
    const other = files.find(({ path }) => !NAME.test(path));
    if (files.length === 0) return declined("there are no files");
    return other ? declined(`${baseName(other.path)} is not named …-ubyte or …-ubyte.gz`) : accepted;
  },

  async inspect(files, { signal }) {
    const pairs = await pairUp(files);
    const { channels, height, width } = sameShape(pairs);
    const labels: Partial<Record<SourceSplit, Uint8Array>> = {};
    for (const pair of pairs) {
      signal.throwIfAborted();
      labels[pair.split] = await readLabels(pair.labels);
    }
    const total = pairs.reduce((sum, pair) => sum + pair.images.dims[0]!, 0);
    const { classNames, counts } = classesOf(labels);
    const name = baseName(files[0]!.path).split(/[-_.](?=train|t10k|test|images|labels)/i)[0]!;
    return {
      name: /^(train|t10k|test|images|labels)/i.test(name) ? (folderOf(files[0]!.path) ?? "MNIST") : name,
      classNames,
      counts,
      sizes: [{ width, height, count: total }],
      sampled: total,
      channels,
      notes: [],
    };
  },

  async *read(files, facts, { signal }) {
    const indexOf = new Map(facts.classNames.map((name, index) => [Number(name), index]));
    for (const { split, images, labels } of await pairUp(files)) {
      const shape = shapeOf(images);
      const imageBytes = shape.height * shape.width * shape.channels;
      const count = images.dims[0]!;
      const chunk = Math.max(1, Math.floor(CHUNK_BYTES / imageBytes));
      const classes = Uint16Array.from(await readLabels(labels), (label) => indexOf.get(label) ?? 0);
      const reader = await openValues(images);
      try {
        for (let start = 0; start < count; start += chunk) {
          signal.throwIfAborted();
          const n = Math.min(chunk, count - start);
          const pixels = await reader.read(n * imageBytes);
          yield { kind: "pixels", split, shape, pixels, labels: classes.subarray(start, start + n) };
        }
        await expectEnd(reader, images);
      } finally {
        await reader.cancel();
      }
    }
  },
});

interface IdxFile {
  file: PickedFile;
  dims: number[];
}

interface IdxPair {
  split: SourceSplit;
  images: IdxFile;
  labels: IdxFile;
}

/** Finds the image and the label file of each split. @throws UserError that names the file without a partner */
async function pairUp(files: readonly PickedFile[]): Promise<IdxPair[]> {
  const opened: IdxFile[] = [];
  const paths = new Set(files.map(({ path }) => path));
  for (const file of files) {
    if (file.path.endsWith(".gz") && paths.has(file.path.slice(0, -3))) continue; // torchvision keeps both
    const reader = new ByteReader(await openUnpacked(file.file, file.path), file.path);
    opened.push({ file, dims: await readIdxHeader(reader, file.path).finally(() => reader.cancel()) });
  }
  const pairs: IdxPair[] = [];
  for (const split of ["train", "val", "test"] as const) {
    const own = opened.filter(({ file }) => (splitOfPath(baseName(file.path)) ?? "train") === split);
    if (own.length === 0) continue;
    const images = own.filter(({ dims }) => dims.length >= 3);
    const labels = own.filter(({ dims }) => dims.length === 1);
    const [imageFile, labelFile] = [images[0], labels[0]];
    if (!labelFile) {
      throw new UserError(
        `${own[0]!.file.path} has no labels: its label file (…-labels-idx1-ubyte) is not among the files.`,
        "Drop both files of a split together.",
      );
    }
    if (!imageFile || images.length > 1 || labels.length > 1) {
      const names = own.map(({ file }) => baseName(file.path)).join(", ");
      throw new UserError(
        `The ${split} split needs one image file and one label file; found ${names}.`,
        "Drop the two or four files of one dataset.",
      );
    }
    if (imageFile.dims[0] !== labelFile.dims[0]) {
      throw new UserError(
        `${baseName(imageFile.file.path)} has ${imageFile.dims[0]} images, but ${baseName(labelFile.file.path)} has ${labelFile.dims[0]} labels.`,
        "Both files must be of the same split.",
      );
    }
    shapeOf(imageFile);
    for (const file of [imageFile, labelFile]) await refuseShort(file);
    pairs.push({ split, images: imageFile, labels: labelFile });
  }
  return pairs;
}

function shapeOf({ dims, file }: IdxFile): { height: number; width: number; channels: 1 | 3 } {
  const [, height = 0, width = 0, channels = 1] = dims;
  if (height < 1 || width < 1 || (channels !== 1 && channels !== 3)) {
    throw new UserError(
      `${file.path} holds images of ${dims.slice(1).join(" × ")}, which is no picture.`,
      "Choose a file of images: three dimensions, or four for colour.",
    );
  }
  refuseAbsurd(dims[0]!, height, width, file.path);
  return { height, width, channels };
}

function sameShape(pairs: readonly IdxPair[]) {
  const shapes = pairs.map((pair) => shapeOf(pair.images));
  const text = new Set(shapes.map(({ height, width, channels }) => `${width} × ${height} × ${channels}`));
  if (text.size > 1) {
    throw new UserError(
      `The splits differ in size: ${[...text].join(" and ")}.`,
      "Import one dataset at a time.",
    );
  }
  return shapes[0]!;
}

async function openValues({ file }: IdxFile): Promise<ByteReader> {
  const reader = new ByteReader(await openUnpacked(file.file, file.path), file.path);
  await readIdxHeader(reader, file.path);
  return reader;
}

async function readLabels(labels: IdxFile): Promise<Uint8Array> {
  const reader = await openValues(labels);
  const bytes = await reader.read(labels.dims[0]!);
  await expectEnd(reader, labels);
  return bytes;
}

/** A file that cannot hold what it announces is refused before anything is read for it. */
async function refuseShort({ file, dims }: IdxFile): Promise<void> {
  const header = 4 + 4 * dims.length;
  const announced = header + dims.reduce((product, n) => product * n, 1);
  const most = await mostUnpacked(file.file);
  if (announced > most) {
    throw new UserError(
      `${file.path} is cut short: it announces ${dims.join(" × ")} values, ${announced} bytes, and holds ${most} at most.`,
      "Copy or download it again.",
    );
  }
}

/** More bytes than announced mean that the header is not to be trusted; asking also checks a gzip's CRC. */
async function expectEnd(reader: ByteReader, { file, dims }: IdxFile): Promise<void> {
  if (!(await reader.atEnd())) {
    throw new UserError(
      `${file.path} is longer than its header says (${dims.join(" × ")} bytes).`,
      "Copy or download it again.",
    );
  }
}

/** The folder that a file lies in, if it lies in one. */
const folderOf = (path: string): string | undefined => path.split("/").at(-2);
