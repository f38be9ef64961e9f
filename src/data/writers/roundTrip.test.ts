/**
 * Every writer whose format a reader reads, there and back: the pictures byte by byte, the labels one by one. That the
 * floats come back exactly where a format keeps floats is tested in ../reopen.
 */
import { describe, expect, it } from "vitest";
import type { PickedFile } from "@/shared/importing";
import { Random } from "@/shared/random";
import type { Snapshot } from "@/shared/run";
import { collectAll } from "../collectAll";
import { pngDecoder } from "../decode/pngDecoder";
import { chosenImages, type ImageChooser } from "../chosenImages";
import { inspectFiles } from "../importPlan";
import { placeImages } from "../placedImages";
import { isManifest } from "../readers/arrays/besideManifest";
import { exportFiles } from "./exportZip";
import { classFolder } from "@/shared/fileNames";
import { CLASSES, exampleSnapshot } from "./fixtures/exampleSnapshot";
import { imageCount, toBytes } from "./snapshotArrays";

const CLASS_COUNT = 12; // so that alphabetical order is not label order
const NAMES = Array.from({ length: CLASS_COUNT }, (_, i) => `class ${i}`);
const NUMBERS = NAMES.map((_, i) => String(i));

const colour: Snapshot = exampleSnapshot();
const soft: Snapshot = {
  ...exampleSnapshot(),
  targets: Float32Array.from({ length: 27 }, (_, i) => (Math.floor(i / 9) === i % 3 ? 0.5 : 0.25)),
  synLr: 0.02,
};
const grey: Snapshot = {
  ...exampleSnapshot(),
  shape: { height: 6, width: 5, channels: 1 },
  images: new Random(2).fillNormal(new Float32Array(CLASS_COUNT * 30)) as Float32Array<ArrayBuffer>,
  labels: Uint16Array.from(NAMES.keys()),
  classNames: NAMES,
  mean: [0.3],
  std: [0.35],
};
const SETS: readonly Snapshot[] = [colour, soft, grey];
const FOLDERS = (names: readonly string[]) => names.map((name, label) => classFolder(label, name));
const NUMBERED = (names: readonly string[]) => NUMBERS.slice(0, names.length);
const NAMED = (names: readonly string[]) => [...names];

interface Pair {
  writer: string;
  reader: string;
  /** What the format keeps of the class names. */
  names: (names: readonly string[]) => string[];
  /** The manifest beside the file tells the normalisation, without which floats are no pictures. */
  needsManifest?: boolean;
  sets?: readonly Snapshot[];
}

const PAIRS: readonly Pair[] = [
  { writer: "pngFolder", reader: "imageFolder", names: FOLDERS },
  { writer: "webDataset", reader: "webDataset", names: NUMBERED },
  { writer: "parquet", reader: "parquet", names: NAMED },
  { writer: "safetensors", reader: "safetensors", names: NAMED },
  { writer: "npz", reader: "npz", names: NAMED, needsManifest: true },
  { writer: "numpy", reader: "npy", names: NAMED, needsManifest: true },
  { writer: "pytorch", reader: "pytorch", names: NAMED, needsManifest: true },
  { writer: "mtt", reader: "pytorch", names: NAMED, needsManifest: true },
  { writer: "dc", reader: "pytorch", names: NAMED, needsManifest: true },
  // with hard labels it has none: opened as a set it is numbered in class order
  { writer: "ddRanking", reader: "pytorch", names: NAMED, needsManifest: true, sets: [soft] },
];

async function written({ writer, needsManifest = false }: Pair, snapshot: Snapshot): Promise<PickedFile[]> {
  const files = await collectAll(exportFiles(snapshot, { formats: [writer] }));
  return files
    .filter(({ path }) => needsManifest || !isManifest(path))
    .map(({ path, bytes }) => ({ path: `set/${path}`, file: new Blob([bytes]) }));
}

const allToTrain: ImageChooser = (_, label) => ({ split: "train", label });

/** What an import of the files would store. */
async function imported(files: PickedFile[]) {
  const { signal } = new AbortController();
  const { reader, plan, facts, ...found } = await inspectFiles(files, {
    signal,
    clock: () => 0,
    onProgress: () => undefined,
  });
  const items = await collectAll(
    placeImages(chosenImages(reader.read(found.files, facts, { signal }), allToTrain), {
      shape: { ...plan.size, channels: plan.channels },
      decoder: pngDecoder,
      changes: { scaled: 0, greyed: 0, animated: 0 },
    }),
  );
  const images = items.flatMap((item) => (item.kind === "images" ? [item] : []));
  return {
    plan,
    labels: images.flatMap(({ labels }) => Array.from(labels)),
    pixels: Buffer.concat(images.map(({ pixels }) => pixels)),
  };
}

describe.each(PAIRS)("$writer, read as $reader", (pair) => {
  it("gives back every picture and label", async () => {
    for (const snapshot of pair.sets ?? SETS) {
      const { plan, labels, pixels } = await imported(await written(pair, snapshot));
      expect(plan.readerId).toBe(pair.reader);
      expect(plan.classNames).toEqual(pair.names(snapshot.classNames));
      expect(labels).toEqual([...snapshot.labels]);
      const pictures = Array.from({ length: imageCount(snapshot) }, (_, i) => toBytes(snapshot, i));
      expect(Buffer.compare(pixels, Buffer.concat(pictures))).toBe(0);
    }
  });
});

it("the names of classes are as awkward as they get", () => {
  expect(FOLDERS(CLASSES)).toEqual(["00000_T-shirt_top", "00001_up", "00002_Größe_2"]);
});
