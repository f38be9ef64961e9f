/** The same pictures in every format give the same dataset, byte by byte. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Split } from "@/shared/dataset";
import type { PickedFile } from "@/shared/importing";
import { collectAll } from "../collectAll";
import { pngDecoder } from "../decode/pngDecoder";
import { picked } from "../fixtures/madeFiles";
import type { PackedFormat } from "../fixtures/packedFormat";
import { packedFormats } from "../fixtures/packedFormats";
import { CLASS_NAMES, labelsOf, pixelsOf, planesOf, samplePictures, SIDE } from "../fixtures/samplePictures";
import { chosenImages, type ImageChooser } from "../chosenImages";
import { inspectFiles } from "../importPlan";
import { placeImages } from "../placedImages";
import { readers } from "./index";
import { finalSplit, withLabelling } from "./reader";

type Expected = Omit<PackedFormat, "what" | "files">;
const signal = new AbortController().signal;

const asTheyAre: ImageChooser = (split, label) => ({ split: finalSplit(split, true), label });

/** What an import would store of the files, without storing it. */
async function readAll(files: PickedFile[], labelling?: string) {
  const inspected = await inspectFiles(files, { signal, clock: () => 0, onProgress: () => undefined });
  const { reader, plan } = inspected;
  const facts = withLabelling(inspected.facts, labelling);
  const items = await collectAll(
    placeImages(chosenImages(reader.read(inspected.files, facts, { signal }), asTheyAre), {
      shape: { ...plan.size, channels: plan.channels },
      decoder: pngDecoder,
      changes: { scaled: 0, greyed: 0, animated: 0 },
    }),
  );
  const stored = (split: Split) => {
    const own = items.flatMap((item) => (item.kind === "images" && item.split === split ? [item] : []));
    return {
      labels: own.flatMap(({ labels }) => Array.from(labels)),
      pixels: Buffer.concat(own.map(({ pixels }) => pixels)),
    };
  };
  return { plan, facts, stored, skipped: items.filter(({ kind }) => kind === "skipped") };
}

async function expectSamples(
  files: PickedFile[],
  { reader, classNames = CLASS_NAMES, notes = [], labelling }: Expected,
) {
  const { plan, facts, stored, skipped } = await readAll(files, labelling);
  expect(plan).toMatchObject({ readerId: reader, size: { height: SIDE, width: SIDE }, channels: 3 });
  expect(plan.counts).toEqual({ train: [3, 3], test: [1, 1] });
  expect(facts.classNames).toEqual(classNames);
  expect(plan.notes).toHaveLength(notes.length);
  notes.forEach((note, i) => expect(plan.notes[i]).toMatch(note));
  expect(skipped).toEqual([]);
  for (const split of ["train", "test"] as const) {
    const { pixels, labels } = stored(split);
    expect(labels).toEqual(labelsOf(split));
    expect(Buffer.compare(pixels, pixelsOf(split)), `${split} pixels`).toBe(0);
  }
  return plan;
}

describe("the same pictures", () => {
  it.each(packedFormats)("come out of $what", async (row) => {
    await expectSamples(await row.files(), row);
  });

  it("are in the table for every reader", () => {
    expect(new Set(packedFormats.map(({ reader }) => reader))).toEqual(new Set(readers.keys()));
  });

  it("have the coarse labels when those are chosen", async () => {
    const row = packedFormats.find(({ labelling }) => labelling === "fine")!;
    const { plan, facts, stored } = await readAll(await row.files(), "coarse");
    expect(plan.labellings.map(({ id, label }) => [id, label])).toEqual([
      ["fine", "Fine labels"],
      ["coarse", "Coarse labels"],
    ]);
    expect(facts.classNames).toEqual(["beasts", "friends"]);
    expect(stored("train").labels).toEqual([1, 1, 1, 0, 0, 0]);
    await expect(readAll(await row.files(), "__proto__")).rejects.toThrow('no labels "__proto__"');
  });
});

/** Packs with the formats' own tools. argv: folder with train.raw, test.raw (NCHW bytes), PNGs and labels.json. */
const PACK = `
import gzip, io, json, pickle, sys, tarfile
import numpy as np
folder = sys.argv[1]
labels = json.load(open(folder + "/labels.json"))
data = {s: np.fromfile(f"{folder}/{s}.raw", np.uint8).reshape(-1, 3072) for s in labels}
def pack(path, members):
    with tarfile.open(folder + "/" + path, "w:gz") as tar:
        for name, value, protocol in members:
            body = pickle.dumps(value, protocol)
            info = tarfile.TarInfo(name); info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
for p in (2, 3, 4, 5):
    pack(f"cifar10-{p}.tar.gz", [
        ("c/batches.meta", {"label_names": ["cat", "dog"], "num_vis": 3072}, p),
        ("c/data_batch_1", {"data": data["train"], "labels": labels["train"], "filenames": ["a"] * 6}, p),
        ("c/test_batch", {b"data": data["test"], b"labels": labels["test"]}, p)])
def tars(path, members):
    with tarfile.open(folder + "/" + path, "w:gz" if path.endswith("gz") else "w") as tar:
        for name, body in members:
            info = tarfile.TarInfo(name); info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
pngs = {s: [open(f"{folder}/{s}-{i}.png", "rb").read() for i in range(len(labels[s]))] for s in labels}
long = "a" * 120
tars("folders.tar.gz", [(f"{long}/{s}/{['cat', 'dog'][labels[s][i]]}/{i}.png", body) for s in data for i, body in enumerate(pngs[s])])
for s in data:
    tars(f"pets-{s}-000.tar", [m for i, body in enumerate(pngs[s]) for m in
        ((f"{i:06d}.cls", str(labels[s][i]).encode()), (f"{i:06d}.png", body))])
nchw = {s: data[s].reshape(-1, 3, 32, 32) for s in data}
np.savez_compressed(folder + "/floats.npz", **{f"x_{s}": (nchw[s] / 255).astype(np.float64) for s in data},
    **{f"y_{s}": np.array(labels[s]) for s in data})
for s in data:
    np.save(f"{folder}/x_{s}.npy", nchw[s].transpose(0, 2, 3, 1).copy())
    np.save(f"{folder}/y_{s}.npy", np.array(labels[s], np.int32))
coarse = lambda s: np.array([1 - n for n in labels[s]])
pack("cifar100.tar.gz", [
    ("c/meta", {"fine_label_names": ["cat", "dog"], "coarse_label_names": ["beasts", "friends"]}, 2),
    *[("c/" + s, {"data": data[s], "fine_labels": labels[s], "coarse_labels": coarse(s)}, 2) for s in data]])
`;

function pythonFiles(): Map<string, Uint8Array<ArrayBuffer>> | null {
  const folder = mkdtempSync(join(tmpdir(), "studio-formats-"));
  try {
    execFileSync("python3", ["-c", "import numpy"], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  for (const split of ["train", "test"] as const)
    writeFileSync(join(folder, `${split}.raw`), planesOf(pixelsOf(split)));
  for (const { split, index, png } of samplePictures)
    writeFileSync(join(folder, `${split}-${index}.png`), png);
  writeFileSync(
    join(folder, "labels.json"),
    JSON.stringify({ train: labelsOf("train"), test: labelsOf("test") }),
  );
  execFileSync("python3", ["-c", PACK, folder]);
  const files = new Map(
    readdirSync(folder).map((name) => [name, Uint8Array.from(readFileSync(join(folder, name)))] as const),
  );
  rmSync(folder, { recursive: true });
  return files;
}

describe("the same pictures, packed by Python", () => {
  const made = pythonFiles();
  if (!made) console.warn("skipped: python3 with numpy is not installed");
  const file = (...names: string[]) => names.map((name) => picked(name, made!.get(name)!));
  const classNames = ["0", "1"];

  it.skipIf(!made).each([2, 3, 4, 5])("come out of CIFAR-10's pickles, protocol %i", async (protocol) => {
    await expectSamples(file(`cifar10-${protocol}.tar.gz`), { reader: "cifarPython" });
  });

  it.skipIf(!made)("come out of CIFAR-100's pickles, fine and coarse", async () => {
    const plan = await expectSamples(file("cifar100.tar.gz"), { reader: "cifarPython", labelling: "fine" });
    expect(plan.labellings.map(({ classNames }) => classNames)).toEqual([CLASS_NAMES, ["beasts", "friends"]]);
  });

  it.skipIf(!made)(
    "come out of tarfile's archives: class folders under a long name, WebDataset shards",
    async () => {
      await expectSamples(file("folders.tar.gz"), { reader: "imageTar" });
      const shards = file("pets-train-000.tar", "pets-test-000.tar");
      await expectSamples(shards, { reader: "webDataset", classNames });
    },
  );

  it.skipIf(!made)(
    "come out of NumPy's files: compressed float64 with channels first, and loose bytes",
    async () => {
      const notes = [/channels stand before/, /from 0 to 1/];
      await expectSamples(file("floats.npz"), { reader: "npz", classNames, notes });
      const loose = file("x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy");
      await expectSamples(loose, { reader: "npy", classNames });
    },
  );
});
