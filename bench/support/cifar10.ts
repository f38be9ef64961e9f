/** CIFAR-10 from a zip of class folders of JPEGs: cifar10/<split>/<class>/<number>.jpg. */
import { existsSync, openAsBlob } from "node:fs";
import { resolve } from "node:path";
import jpeg from "jpeg-js";
import { readZipDirectory, ZipContents, type ZipEntry } from "@/data/codecs/zip";
import { planesToRgba } from "@/data/decode/jpegPlanes";
import { memorySource, type LabelledPixels } from "@/engine/testData";
import type { ImageSource } from "@/shared/dataset";

const FILE = resolve(import.meta.dirname, "../../../shared/data/cifar10.zip");
const SIDE = 32;
const IMAGE = SIDE * SIDE * 3;

export const cifar10IsThere = (): boolean => existsSync(FILE);

/** A picture as it stands in the zip, and what it decodes to. */
export interface CifarPicture {
  label: number;
  jpeg: Uint8Array<ArrayBuffer>;
  /** RGB bytes [32, 32, 3]. */
  pixels: Uint8Array;
}

/** The first pictures of each class by file name, class by class, classes by the alphabet. */
export async function readCifar10(perClass: { train: number; test: number }) {
  const zip = await openAsBlob(FILE);
  const entries = await readZipDirectory(zip, FILE);
  const classNames = [...new Set(entries.map(({ path }) => partsOf(path).className))].sort();
  const contents = new ZipContents(zip, FILE);
  const read = async (split: "train" | "test"): Promise<CifarPicture[]> => {
    const chosen = classNames.flatMap((className, label) =>
      entries
        .filter(({ path }) => partsOf(path).split === split && partsOf(path).className === className)
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .slice(0, perClass[split])
        .map((entry) => ({ entry, label })),
    );
    const pictures: CifarPicture[] = [];
    for (const { entry, label } of chosen) pictures.push({ label, ...(await decode(contents, entry)) });
    return pictures;
  };
  return { classNames, train: await read("train"), test: await read("test") };
}

/** The same as a source, normalised with the constants of the papers. */
export async function loadCifar10(perClass: { train: number; test: number }): Promise<ImageSource> {
  const { classNames, train, test } = await readCifar10(perClass);
  const joined = (pictures: readonly CifarPicture[]): LabelledPixels => {
    const pixels = new Uint8Array(pictures.length * IMAGE);
    pictures.forEach((picture, i) => pixels.set(picture.pixels, i * IMAGE));
    return { pixels, labels: pictures.map(({ label }) => label) };
  };
  return memorySource(
    "CIFAR-10",
    { height: SIDE, width: SIDE, channels: 3 },
    classNames,
    { train: joined(train), test: joined(test) },
    { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
  );
}

function partsOf(path: string): { split: string; className: string } {
  const [split, className] = path.split("/").slice(-3);
  return { split: split ?? "", className: className ?? "" };
}

/** The decoder repeats halved colour; taken back, it is scaled up as libjpeg does it. */
async function decode(contents: ZipContents, entry: ZipEntry): Promise<Omit<CifarPicture, "label">> {
  const bytes = await contents.read(entry);
  if (typeof bytes === "string") throw new Error(`${entry.path}: ${bytes}`);
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    colorTransform: false,
  });
  if (width !== SIDE || height !== SIDE) throw new Error(`${entry.path} is ${width} x ${height} pixels`);
  const halved = colourIsHalved(bytes, entry.path);
  const step = halved ? 2 : 1;
  const columns = SIDE / step;
  const planes = new Uint8Array(SIDE * SIDE + 2 * columns * columns);
  for (let i = 0; i < SIDE * SIDE; i++) planes[i] = data[3 * i]!;
  const [blue, red] = [SIDE * SIDE, SIDE * SIDE + columns * columns];
  for (let y = 0; y < columns; y++)
    for (let x = 0; x < columns; x++) {
      const from = 3 * (y * step * SIDE + x * step);
      planes[blue + y * columns + x] = data[from + 1]!;
      planes[red + y * columns + x] = data[from + 2]!;
    }
  const rgba = planesToRgba({
    ...{ width, height, halved, bytes: planes },
    luma: { offset: 0, stride: SIDE },
    blue: { offset: blue, stride: columns },
    red: { offset: red, stride: columns },
  });
  const pixels = Uint8Array.from({ length: IMAGE }, (_, i) => rgba[Math.floor(i / 3) * 4 + (i % 3)]!);
  return { jpeg: bytes, pixels };
}

/** Whether luma has twice the samples of colour in both directions, by the frame header (SOF0). */
function colourIsHalved(bytes: Uint8Array, path: string): boolean {
  for (let at = 2; at + 11 < bytes.length; at += 2 + (bytes[at + 2]! << 8) + bytes[at + 3]!)
    if (bytes[at + 1] === 0xc0 || bytes[at + 1] === 0xc2) {
      const sampling = bytes[at + 11];
      if (sampling === 0x11 || sampling === 0x22) return sampling === 0x22;
      throw new Error(`${path}: unexpected colour sampling ${String(sampling)}`);
    }
  throw new Error(`${path} has no frame header`);
}
