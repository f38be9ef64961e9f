/** A part of CIFAR-10 packed once for each reader, as files of a folder: what the table of bench/import is measured on. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { encodeIdx } from "@/data/codecs/idx";
import { encodeNpy } from "@/data/codecs/npy";
import { PtTensor } from "@/data/codecs/pt";
import { SafetensorsWriter } from "@/data/codecs/safetensors";
import { encodeTfRecords } from "@/data/codecs/tfRecord";
import { zip } from "@/data/fixtures/madeFiles";
import { tar, tarGz } from "@/data/fixtures/packedFiles";
import { pickle2, Uint8Array2D } from "@/data/fixtures/pickles";
import { ptOfTree } from "@/data/fixtures/ptOfTree";
import { encodeExample } from "@/data/fixtures/tfExamples";
import type { readCifar10 } from "./cifar10";

type Cifar = Awaited<ReturnType<typeof readCifar10>>;
type Packed = Record<string, Uint8Array>;

const SIDE = 32;
const PLANE = SIDE * SIDE;
const SPLITS = ["train", "test"] as const;
type Split = (typeof SPLITS)[number];

const text = (value: string) => new TextEncoder().encode(value);
const number = (i: number) => String(i).padStart(6, "0");

/** For each reader: what is dropped, by path. */
export const packings: readonly {
  reader: string;
  /** JPEGs, which the browser decodes, or pixels, which were decoded here: the two differ in the last bits. */
  holds: "pictures" | "pixels";
  /** Whether it is dropped as a folder. */
  isFolder?: true;
  pack: (cifar: Cifar) => Packed | Promise<Packed>;
}[] = [
  {
    reader: "imageFolder",
    holds: "pictures",
    isFolder: true,
    pack: (cifar) => Object.fromEntries(folders(cifar, "set/")),
  },
  {
    reader: "imageZip",
    holds: "pictures",
    pack: async (cifar) => ({
      "set.zip": await zip(
        folders(cifar).map(([path, bytes]) => ({ path, bytes: Uint8Array.from(bytes), level: 0 })),
      ),
    }),
  },
  {
    reader: "imageTar",
    holds: "pictures",
    pack: async (cifar) => ({ "set.tar": await tar(folders(cifar)) }),
  },
  {
    reader: "webDataset",
    holds: "pictures",
    pack: (cifar) =>
      perSplit("set-$-000.tar", (split) =>
        tar(
          cifar[split].flatMap(({ jpeg, label }, i) => [
            [`${number(i)}.cls`, text(String(label))] as const,
            [`${number(i)}.jpg`, jpeg] as const,
          ]),
        ),
      ),
  },
  {
    reader: "parquet",
    holds: "pictures",
    pack: (cifar) => perSplit("$-00000-of-00001.parquet", (split) => parquetOf(cifar, split)),
  },
  {
    reader: "tfRecord",
    holds: "pictures",
    pack: (cifar) =>
      perSplit("set-$.tfrecord-00000-of-00001", (split) =>
        encodeTfRecords(cifar[split].map(({ jpeg, label }) => encodeExample({ image: jpeg, label }))),
      ),
  },
  {
    reader: "csvLabels",
    holds: "pictures",
    pack: async (cifar) => {
      const rows = SPLITS.flatMap((split) =>
        cifar[split].map(({ label, jpeg }, i) => ({
          line: `${split}_${number(i)}.jpg,${cifar.classNames[label]!},${split}`,
          entry: { path: `${split}_${number(i)}.jpg`, bytes: jpeg, level: 0 },
        })),
      );
      return {
        "labels.csv": text(["file_name,label,split", ...rows.map(({ line }) => line), ""].join("\n")),
        "pictures.zip": await zip(rows.map(({ entry }) => entry)),
      };
    },
  },
  {
    reader: "cifarBin",
    holds: "pixels",
    pack: async (cifar) => ({
      "cifar-10-binary.tar.gz": await tarGz([
        ["c/batches.meta.txt", text(cifar.classNames.join("\n"))],
        ["c/data_batch_1.bin", records(cifar, "train")],
        ["c/test_batch.bin", records(cifar, "test")],
      ]),
    }),
  },
  {
    reader: "cifarPython",
    holds: "pixels",
    pack: async (cifar) => ({
      "cifar-10-python.tar.gz": await tarGz([
        ["c/batches.meta", pickle2({ label_names: cifar.classNames })],
        ...SPLITS.map((split) => {
          const data = new Uint8Array2D(cifar[split].length, 3 * PLANE, planes(cifar, split));
          const name = split === "train" ? "c/data_batch_1" : "c/test_batch";
          return [name, pickle2({ labels: [...labels(cifar, split)], data })] as const;
        }),
      ]),
    }),
  },
  {
    reader: "idx",
    holds: "pixels",
    pack: (cifar) => ({
      ...perFile("$-images-idx4-ubyte", (split) => encodeIdx(shape(cifar, split), pixels(cifar, split))),
      ...perFile("$-labels-idx1-ubyte", (split) => encodeIdx([cifar[split].length], labels(cifar, split))),
    }),
  },
  {
    reader: "npy",
    holds: "pixels",
    pack: (cifar) => npyFiles(cifar, (split) => [`x_${split}.npy`, `y_${split}.npy`]),
  },
  {
    reader: "npz",
    holds: "pixels",
    pack: async (cifar) => {
      const arrays = npyFiles(cifar, (split) => [`${split}_images.npy`, `${split}_labels.npy`]);
      const entries = Object.entries(arrays).map(([path, bytes]) => ({
        path,
        bytes: Uint8Array.from(bytes),
      }));
      return { "set.npz": await zip(entries) };
    },
  },
  {
    reader: "safetensors",
    holds: "pixels",
    pack: async (cifar) => {
      const writer = new SafetensorsWriter();
      for (const split of SPLITS) {
        writer.put(`${split}_images`, {
          ...{ dtype: "U8", shape: shape(cifar, split), data: pixels(cifar, split) },
        });
        writer.put(`${split}_labels`, {
          ...{ dtype: "U8", shape: [cifar[split].length], data: labels(cifar, split) },
        });
      }
      return { "set.safetensors": new Uint8Array(await writer.finish().arrayBuffer()) };
    },
  },
  {
    reader: "pytorch",
    holds: "pixels",
    pack: (cifar) => {
      const tensors = SPLITS.flatMap((split) => [
        [`x_${split}`, new PtTensor(shape(cifar, split), "uint8", pixels(cifar, split))] as const,
        [`y_${split}`, new PtTensor([cifar[split].length], "uint8", labels(cifar, split))] as const,
      ]);
      return { "set.pt": ptOfTree(Object.fromEntries(tensors)) };
    },
  },
  {
    reader: "csvPixels",
    holds: "pixels",
    pack: (cifar) => perFile("cifar_$.csv", (split) => pixelTable(cifar, split)),
  },
];

/** Writes what is packed below `folder`. @returns the paths of the files */
export function writePacked(folder: string, packed: Packed): string[] {
  return Object.entries(packed).map(([name, bytes]) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  });
}

const perFile = (name: string, make: (split: Split) => Uint8Array): Packed =>
  Object.fromEntries(SPLITS.map((split) => [name.replace("$", split), make(split)]));

async function perSplit(
  name: string,
  make: (split: Split) => Uint8Array | Promise<Uint8Array>,
): Promise<Packed> {
  const made = SPLITS.map(async (split) => [name.replace("$", split), await make(split)] as const);
  return Object.fromEntries(await Promise.all(made));
}

const folders = (cifar: Cifar, prefix = "") =>
  SPLITS.flatMap((split) =>
    cifar[split].map(
      ({ label, jpeg }, i) =>
        [`${prefix}${split}/${cifar.classNames[label]!}/${number(i)}.jpg`, jpeg] as const,
    ),
  );

const shape = (cifar: Cifar, split: Split) => [cifar[split].length, SIDE, SIDE, 3];
const labels = (cifar: Cifar, split: Split) => Uint8Array.from(cifar[split], ({ label }) => label);

function pixels(cifar: Cifar, split: Split): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(cifar[split].length * 3 * PLANE);
  cifar[split].forEach((picture, i) => all.set(picture.pixels, i * 3 * PLANE));
  return all;
}

/** [n, 3, 32, 32] */
function planes(cifar: Cifar, split: Split): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(cifar[split].length * 3 * PLANE);
  cifar[split].forEach((picture, i) => {
    for (let p = 0; p < PLANE; p++)
      for (let c = 0; c < 3; c++) all[(i * 3 + c) * PLANE + p] = picture.pixels[3 * p + c]!;
  });
  return all;
}

/** A byte for the label, then the planes. */
function records(cifar: Cifar, split: Split): Uint8Array {
  const all = new Uint8Array(cifar[split].length * (1 + 3 * PLANE));
  const flat = planes(cifar, split);
  cifar[split].forEach(({ label }, i) => {
    all[i * (1 + 3 * PLANE)] = label;
    all.set(flat.subarray(i * 3 * PLANE, (i + 1) * 3 * PLANE), i * (1 + 3 * PLANE) + 1);
  });
  return all;
}

const npyFiles = (cifar: Cifar, names: (split: Split) => [images: string, labels: string]): Packed =>
  Object.fromEntries(
    SPLITS.flatMap((split) => {
      const [images, own] = names(split);
      return [
        [images, encodeNpy({ shape: shape(cifar, split), dtype: "|u1", data: pixels(cifar, split) })],
        [own, encodeNpy({ shape: [cifar[split].length], dtype: "|u1", data: labels(cifar, split) })],
      ];
    }),
  );

function pixelTable(cifar: Cifar, split: Split): Uint8Array {
  const header = ["label", ...Array.from({ length: 3 * PLANE }, (_, i) => `pixel${i}`)].join(",");
  const flat = planes(cifar, split);
  const rows = cifar[split].map(({ label }, i) =>
    [label, ...flat.subarray(i * 3 * PLANE, (i + 1) * 3 * PLANE)].join(","),
  );
  return text([header, ...rows, ""].join("\n"));
}

function parquetOf(cifar: Cifar, split: Split): Uint8Array {
  const optional = { repetition_type: "OPTIONAL" } as const;
  const features = { image: { _type: "Image" }, label: { _type: "ClassLabel", names: cifar.classNames } };
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "image", data: cifar[split].map(({ jpeg }, i) => ({ bytes: jpeg, path: `${i}.jpg` })) },
        { name: "label", data: cifar[split].map(({ label }) => BigInt(label)) },
      ],
      schema: [
        { name: "root", num_children: 2 },
        { name: "image", num_children: 2, ...optional },
        { name: "bytes", type: "BYTE_ARRAY", ...optional },
        { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", ...optional },
        { name: "label", type: "INT64", ...optional },
      ],
      rowGroupSize: 1000,
      kvMetadata: [{ key: "huggingface", value: JSON.stringify({ info: { features } }) }],
    }),
  );
}
