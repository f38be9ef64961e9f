/** Bare tensors of every layout, opened as the set that they are: every float, soft label and rate. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import type { Snapshot } from "@/shared/run";
import { encodeNpy } from "../codecs/npy";
import { encodePt, PtTensor } from "../codecs/pt";
import { collectAll } from "../collectAll";
import { picked } from "../fixtures/madeFiles";
import { isManifest } from "../readers/arrays/besideManifest";
import { exportFiles } from "../writers/exportZip";
import { exampleSnapshot } from "../writers/fixtures/exampleSnapshot";
import { pythonWith } from "../writers/fixtures/python";
import { openLooseSet } from "./looseSet";
import { planOfSet, snapshotOfSet } from "./snapshotOfSet";

const { signal } = new AbortController();
const hard = exampleSnapshot();
const soft: Snapshot = {
  ...exampleSnapshot(),
  targets: Float32Array.from({ length: 27 }, (_, i) => (Math.floor(i / 9) === i % 3 ? 0.5 : 0.25)),
  synLr: Math.fround(0.02),
};
const pets: DatasetInfo = {
  id: "d7",
  name: "pets",
  source: "imageZip",
  shape: hard.shape,
  classNames: ["cat", "dog", "eel"],
  counts: { train: [5, 5, 5], test: [1, 1, 1] },
  bytes: 1,
  createdAt: 0,
  fingerprint: "f7",
  mean: hard.mean,
  std: hard.std,
};
const { mean, std } = pets;

async function tensorsOf(format: string, snapshot: Snapshot): Promise<PickedFile[]> {
  const files = await collectAll(exportFiles(snapshot, { formats: [format] }));
  return files.filter(({ path }) => !isManifest(path)).map(({ path, bytes }) => picked(`set/${path}`, bytes));
}

async function opened(files: PickedFile[], dataset = pets, told = { mean, std }): Promise<Snapshot> {
  const set = await openLooseSet(files, signal);
  if (!set) throw new Error("these files are no set");
  return snapshotOfSet(set, dataset, told);
}

const tensor = (shape: number[], values: readonly number[]) =>
  new PtTensor(shape, "float32", Float32Array.from(values));
const pt = (name: string, value: Parameters<typeof encodePt>[0]) => picked(name, encodePt(value, "x"));
const images = (n: number) =>
  tensor(
    [n, 3, 5, 4],
    Array.from({ length: n * 60 }, (_, i) => i % 7),
  );

describe("openLooseSet", () => {
  it.each(["pytorch", "mtt", "ddRanking", "dc", "npz", "numpy", "safetensors"])(
    "gives back every float of what was written as %s",
    async (format) => {
      for (const snapshot of [hard, soft]) {
        const set = await opened(await tensorsOf(format, snapshot));
        expect(set).toMatchObject({
          images: snapshot.images,
          labels: snapshot.labels,
          mean,
          std,
          datasetFingerprint: "f7",
          classNames: pets.classNames,
        });
        const hasSoft = snapshot.targets && format !== "dc"; // which keeps class numbers alone
        expect(set.targets).toEqual(hasSoft ? snapshot.targets : undefined);
        const hasRate = hasSoft && format !== "numpy";
        expect(set.synLr).toBe(hasRate ? snapshot.synLr : undefined);
      }
    },
  );

  it("says what was found, and what of it is assumed", async () => {
    const set = (await openLooseSet(await tensorsOf("mtt", soft), signal))!;
    expect(planOfSet(set)).toMatchObject({
      name: "mtt",
      layout: "MTT and DATM",
      shape: hard.shape,
      count: 9,
      classes: 3,
      hasSoftLabels: true,
      normalisation: null,
      notes: [],
    });
    const bare = (await openLooseSet(await tensorsOf("ddRanking", hard), signal))!;
    expect(planOfSet(bare)).toMatchObject({ layout: "DD-Ranking", classes: null, synLr: null });
    const told = (await openLooseSet(await tensorsOf("safetensors", hard), signal))!;
    expect(planOfSet(told)).toMatchObject({ normalisation: { mean, std }, classNames: hard.classNames });
  });

  it("puts images in class order, and classes in the order of the dataset where their names are told", async () => {
    const files = [
      pt("images.pt", images(3)),
      picked("labels.pt", encodePt(new PtTensor([3], "int64", BigInt64Array.of(2n, 0n, 1n)), "x")),
    ];
    const numbered = await opened(files);
    expect([...numbered.labels]).toEqual([0, 1, 2]);
    const manifest = JSON.stringify({ classNames: ["eel", "cat", "dog"], mean, std });
    const named = await opened([...files, picked("manifest.json", new TextEncoder().encode(manifest))]);
    expect([...named.labels]).toEqual([0, 1, 2]); // cat 2nd, dog 3rd, eel 1st of the file's numbers
    const size = hard.images.length / 9;
    const first = (set: Snapshot) => set.images.slice(0, size);
    expect(first(named)).toEqual(numbered.images.slice(size, 2 * size));
  });

  it("makes shares of scores by softmax, and says so", async () => {
    const rows = [2, 0, -1, 0, 3, 0, 1, 1, 5];
    const set = (await openLooseSet(
      [pt("images_best.pt", images(3)), pt("labels_best.pt", tensor([3, 3], rows))],
      signal,
    ))!;
    expect(planOfSet(set).notes).toEqual([expect.stringContaining("softmax")]);
    const { targets } = snapshotOfSet(set, pets, { mean, std });
    const sum = Math.exp(2) + 1 + Math.exp(-1);
    expect(targets![0]).toBeCloseTo(Math.exp(2) / sum, 6);
    expect(targets!.slice(3, 6).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  it("keeps the brightness where the file was normalised in another way", async () => {
    const told = { mean: [0, 0, 0], std: [1, 1, 1] };
    const set = await opened([pt("images.pt", images(3))], pets, told);
    const [value] = set.images;
    expect(value! * std[0]! + mean[0]!).toBeCloseTo(0, 6);
    await expect(opened([pt("images.pt", images(3))], pets, { mean: [0], std: [1] })).rejects.toThrow(
      /each of the 3 channels/,
    );
    await expect(opened([pt("images.pt", images(3))], pets, { ...told, std: [1, 0, 1] })).rejects.toThrow(
      /above 0/,
    );
  });

  it("takes the best of several, or the last one", async () => {
    const of = (value: number) => tensor([3, 3, 5, 4], new Array<number>(180).fill(value));
    const saved = [pt("images_500.pt", of(1)), pt("images_1000.pt", of(2)), pt("images_200.pt", of(3))];
    expect((await openLooseSet(saved, signal))!.images[0]).toBe(2);
    expect((await openLooseSet([...saved, pt("images_best.pt", of(4))], signal))!.images[0]).toBe(4);
  });

  it("leaves datasets and other files alone", async () => {
    const bytes = encodeNpy({ shape: [2, 5, 4], dtype: "|u1", data: new Uint8Array(40) });
    expect(await openLooseSet([picked("images.npy", bytes)], signal)).toBeNull(); // pictures, not learned floats
    const split = [pt("x_train.pt", images(3)), pt("x_test.pt", images(3))];
    expect(await openLooseSet(split, signal)).toBeNull();
    expect(await openLooseSet([picked("images.pt", Uint8Array.of(1, 2))], signal)).toBeNull();
    expect(await openLooseSet([picked("a.zip", bytes)], signal)).toBeNull();
    expect(await openLooseSet([], signal)).toBeNull();
  });

  it("refuses what cannot stem from the dataset, and names both", async () => {
    const cases: [PickedFile[], DatasetInfo, RegExp][] = [
      [
        [pt("images.pt", images(3))],
        { ...pets, shape: { ...pets.shape, height: 9 } },
        /images.pt has images of 4 × 5 RGB, and "pets" has 4 × 9 RGB/,
      ],
      [
        await tensorsOf("pytorch", hard),
        { ...pets, classNames: ["cat", "dog"] },
        /set has labels of 3 classes, and "pets" has 2/,
      ],
      [
        await tensorsOf("mtt", soft),
        { ...pets, classNames: ["cat", "dog", "eel", "fox"] },
        /mtt has labels of 3 classes, and "pets" has 4/,
      ],
      [[pt("images.pt", images(4))], pets, /images.pt has 4 images and no labels, and "pets" has 3 classes/],
      [
        [pt("images.pt", images(3)), pt("labels.pt", tensor([4], [0, 1, 2, 2]))],
        pets,
        /has 3 images and 4 labels in "labels"/,
      ],
      [
        [pt("images.pt", images(3)), pt("labels.pt", tensor([3], [0, 0.5, 1]))],
        pets,
        /holds 0.5, which is no class number/,
      ],
      [
        [pt("images.pt", tensor([1, 3, 5, 4], new Array<number>(60).fill(NaN)))],
        pets,
        /holds NaN \(image 0\)/,
      ],
    ];
    for (const [files, dataset, message] of cases) {
      const result = opened(files, dataset);
      await expect(result).rejects.toThrow(UserError);
      await expect(result).rejects.toThrow(message);
    }
  });

  it("opens what PyTorch saved, as the references' code saves it", async ({ skip }) => {
    const python = pythonWith("torch");
    if (!python) {
      console.log("PyTorch check skipped: no Python with torch was found.");
      return skip();
    }
    const folder = mkdtempSync(join(tmpdir(), "loose-"));
    try {
      const { stderr } = spawnSync(python, ["-c", SAVE], { encoding: "utf8", cwd: folder });
      expect(stderr).toBe("");
      const file = (name: string) => picked(name, Uint8Array.from(readFileSync(join(folder, name))));
      const floats = new Float32Array(Uint8Array.from(readFileSync(join(folder, "nhwc.raw"))).buffer);

      const mtt = await opened(["images_best.pt", "labels_best.pt", "lr_best.pt"].map(file));
      expect(mtt.images).toEqual(floats);
      expect(mtt.synLr).toBe(Math.fround(0.03));
      expect(mtt.targets!.subarray(0, 3).every((share) => share > 0 && share < 1)).toBe(true);

      const dc = (await openLooseSet([file("res_DSA_pets_ConvNet_3ipc.pt")], signal))!;
      expect(planOfSet(dc)).toMatchObject({
        layout: "DC, DSA and DM",
        classes: 3,
        notes: [expect.stringContaining("2 sets, one per experiment: the last")],
      });
      expect(snapshotOfSet(dc, pets, { mean, std }).images).toEqual(floats);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** distill.py of MTT and DATM, main.py of DC and DSA: a leaf with its gradient, its NumPy accuracies, several experiments. */
const SAVE = `
import copy, numpy as np, torch
images = torch.randn(9, 3, 5, 4)
images.permute(0, 2, 3, 1).contiguous().numpy().tofile("nhwc.raw")
leaf = images.clone().requires_grad_(True)
torch.save(copy.deepcopy(leaf.detach()).cpu(), "images_best.pt")
torch.save(torch.randn(9, 3), "labels_best.pt")
torch.save(torch.tensor(0.03), "lr_best.pt")
labels = torch.tensor([0, 0, 0, 1, 1, 1, 2, 2, 2], dtype=torch.long)
data = [[torch.zeros(9, 3, 5, 4), labels], [copy.deepcopy(leaf.detach().cpu()), copy.deepcopy(labels)]]
torch.save({"data": data, "accs_all_exps": {"ConvNet": [np.float64(0.4), np.float32(0.5)]}}, "res_DSA_pets_ConvNet_3ipc.pt")
`;
