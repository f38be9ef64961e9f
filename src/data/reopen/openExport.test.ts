import { BlobReader, BlobWriter, TextReader, Uint8ArrayWriter, ZipReader, ZipWriter } from "@zip.js/zip.js";
import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import type { Snapshot } from "@/shared/run";
import { exportZip } from "../writers/fixtures/exportZip";
import { exampleSnapshot } from "../writers/fixtures/exampleSnapshot";
import { looksLikeExport } from "./exportFiles";
import { openExport } from "./openExport";

const soft = (): Snapshot => ({
  ...exampleSnapshot(),
  targets: Float32Array.from({ length: 27 }, (_, i) => Math.fround(i / 27)),
  synLr: 0.02,
});

async function exported(snapshot: Snapshot, formats: string[]): Promise<PickedFile[]> {
  const { name, blob } = await exportZip(snapshot, { formats });
  return [{ path: name, file: blob }];
}

async function unpacked([zip]: PickedFile[], folder = "out/"): Promise<PickedFile[]> {
  const reader = new ZipReader(new BlobReader(zip!.file), { useWebWorkers: false });
  const files: PickedFile[] = [];
  for (const entry of await reader.getEntries())
    if (!entry.directory)
      files.push({
        path: folder + entry.filename,
        file: new Blob([await entry.getData(new Uint8ArrayWriter())]),
      });
  return files;
}

/** The same export with one file put in place of another. */
async function changed(
  files: PickedFile[],
  path: string,
  change: (text: string) => string,
): Promise<PickedFile[]> {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  for (const file of await unpacked(files, ""))
    if (file.path === path) await writer.add(path, new TextReader(change(await file.file.text())));
    else await writer.add(file.path, new BlobReader(file.file));
  return [{ path: "changed.zip", file: await writer.close() }];
}

describe("openExport", () => {
  it("gives back whitened images with the pictures that they were made of", async () => {
    const pictures = Uint8Array.from({ length: 9 * 60 }, (_, i) => (7 * i) % 256);
    const snapshot: Snapshot = { ...exampleSnapshot(), pictures };
    const files = await exported(snapshot, ["numpy", "pngFolder"]);
    expect(await openExport(files)).toEqual(snapshot);
    const lost = (await unpacked(files)).filter(({ path }) => !path.endsWith("pictures.npy"));
    await expect(openExport(lost)).rejects.toThrow("pictures.npy");
  });

  it.each([["pytorch"], ["numpy"], ["npz"], ["safetensors"], ["mtt"], ["ddRanking"]])(
    "gives back every bit of a set that was written as %s",
    async (format) => {
      for (const snapshot of [exampleSnapshot(), soft()]) {
        const files = await exported(snapshot, [format]);
        expect(await looksLikeExport(files)).toBe(true);
        expect(await openExport(files)).toEqual(snapshot);
      }
    },
  );

  it("gives back a set with hard labels from the layout of DC, which knows no others", async () => {
    const files = await exported(exampleSnapshot(), ["dc"]);
    expect(await openExport(files)).toEqual(exampleSnapshot());
    await expect(openExport(await exported(soft(), ["dc"]))).rejects.toThrow(/does not hold the soft labels/);
  });

  it("opens an unpacked folder", async () => {
    const files = await unpacked(await exported(soft(), ["numpy", "pngFolder"]));
    expect(await looksLikeExport(files)).toBe(true);
    expect(await openExport(files)).toEqual(soft());
  });

  it("leaves other archives and folders alone", async () => {
    const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
    await writer.add("cats/1.png", new TextReader("x"));
    expect(await looksLikeExport([{ path: "a.zip", file: await writer.close() }])).toBe(false);
    expect(
      await looksLikeExport([
        { path: "a/1.png", file: new Blob() },
        { path: "a/2.png", file: new Blob() },
      ]),
    ).toBe(false);
    expect(await looksLikeExport([])).toBe(false);
    const foreign = await changed(
      await exported(soft(), ["numpy"]),
      "manifest.json",
      () => '{"name": "pets"}',
    );
    expect(await looksLikeExport(foreign)).toBe(false);
    expect(await looksLikeExport(await unpacked(foreign))).toBe(false);
  });

  it("refuses what is damaged, changed or not its own, by name", async () => {
    const files = await exported(soft(), ["numpy"]);
    const cases: [PickedFile[], RegExp][] = [
      [
        await changed(files, "labels.npy", (text) => text.replace("NUMPY", "NUMPI")),
        /"labels.npy" does not match its SHA-256/,
      ],
      [await changed(files, "manifest.json", () => "{"), /"manifest.json" is no JSON/],
      [await changed(files, "manifest.json", (text) => text.replace("studio/1", "studio/9")), /newer studio/],
      [
        await changed(files, "manifest.json", (text) => text.replace('"iteration": 20', '"iteration": -1')),
        /iteration is no count/,
      ],
      [
        await changed(files, "manifest.json", (text) => text.replace('"images.npy"', '"images.nope"')),
        /does not name "images.npy"/,
      ],
      [await exported(soft(), ["pngFolder"]), /holds no images in floats: none of images.pt, images.npy/],
      [[{ path: "cut.zip", file: files[0]!.file.slice(0, -100) }], /cut.zip is cut short or damaged/],
    ];
    for (const [broken, message] of cases) {
      const result = openExport(broken);
      await expect(result).rejects.toThrow(UserError);
      await expect(result).rejects.toThrow(message);
    }
  });
});
