import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BlobReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { beforeAll, describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import type { Snapshot } from "@/shared/run";
import { decodeNpy } from "../codecs/npy";
import { decodePng } from "../codecs/png";
import { decodePt, PtTensor } from "../codecs/pt";
import { exportZip } from "./fixtures/exportZip";
import { CLASSES, exampleSnapshot, IPC, SHAPE } from "./fixtures/exampleSnapshot";
import { pythonWith } from "./fixtures/python";
import type { Manifest } from "./manifest";

async function unzip(blob: Blob): Promise<Map<string, Uint8Array>> {
  const reader = new ZipReader(new BlobReader(blob), { useWebWorkers: false, checkSignature: true });
  const files = new Map<string, Uint8Array>();
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) files.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
  }
  return files;
}

/** Byte of a learned value, computed apart from the code under test. */
const byteOf = (snapshot: Snapshot, image: number, y: number, x: number, c: number): number => {
  const value = snapshot.images[((image * SHAPE.height + y) * SHAPE.width + x) * 3 + c]!;
  return Math.max(0, Math.min(255, Math.round((value * snapshot.std[c]! + snapshot.mean[c]!) * 255)));
};

describe("exportZip", () => {
  const snapshot = exampleSnapshot();
  let name: string;
  let files: Map<string, Uint8Array>;
  const progress: [number, number][] = [];

  beforeAll(async () => {
    const result = await exportZip(snapshot, { onProgress: (done, total) => progress.push([done, total]) });
    name = result.name;
    files = await unzip(result.blob);
  });

  it("names the file by dataset, method and images per class", () => {
    expect(name).toBe("suße-sachen-v2-dm-ipc3.zip");
  });

  it("counts every file once", () => {
    expect(progress.at(-1)).toEqual([files.size, files.size]);
    expect(progress.map(([done]) => done)).toEqual(progress.map((_, i) => i + 1));
  });

  it("writes one PNG per image, exact, in folders whose alphabetical order is label order", () => {
    const paths = [...files.keys()].filter((path) => path.endsWith(".png") && path.startsWith("images/"));
    const folders = ["00000_T-shirt_top", "00001_up", "00002_Größe_2"];
    expect(paths.sort()).toEqual(
      folders.flatMap((folder) => ["00000", "00001", "00002"].map((file) => `images/${folder}/${file}.png`)),
    );
    paths.forEach((path, image) => {
      const { width, height, channels, pixels } = decodePng(files.get(path)!);
      expect([width, height, channels]).toEqual([4, 5, 3]);
      for (let i = 0; i < pixels.length; i++) {
        const [y, x, c] = [Math.floor(i / 12), Math.floor(i / 3) % 4, i % 3];
        expect(pixels[i]).toBe(byteOf(snapshot, image, y, x, c));
      }
    });
  });

  it("draws the overview with a row per class", () => {
    const { width, height, channels, pixels } = decodePng(files.get("grid.png")!);
    expect([width, height, channels]).toEqual([IPC * 5 - 1, CLASSES.length * 6 - 1, 3]);
    const at = (y: number, x: number, c: number) => pixels[(y * width + x) * 3 + c];
    expect(at(6 + 2, 5 + 1, 2)).toBe(byteOf(snapshot, IPC + 1, 2, 1, 2)); // row 1, column 1
    expect([at(5, 0, 0), at(0, 4, 1)]).toEqual([255, 255]); // gaps
  });

  it("keeps the learned floats in images.pt and images.npy, NCHW and in class order", () => {
    const torch = decodePt(files.get("images.pt")!) as PtTensor;
    expect(torch.shape).toEqual([9, 3, 5, 4]);
    expect(torch.dtype).toBe("float32");
    for (let i = 0; i < torch.data.length; i++) {
      const [n, c, y, x] = [Math.floor(i / 60), Math.floor(i / 20) % 3, Math.floor(i / 4) % 5, i % 4];
      expect(torch.data[i]).toBe(snapshot.images[((n * 5 + y) * 4 + x) * 3 + c]);
    }
    const numpy = decodeNpy(files.get("images.npy")!);
    expect([numpy.shape, numpy.dtype]).toEqual([[9, 3, 5, 4], "<f4"]);
    expect(numpy.data).toEqual(torch.data);
  });

  it("writes labels as int64", () => {
    const expected = BigInt64Array.from([0n, 0n, 0n, 1n, 1n, 1n, 2n, 2n, 2n]);
    expect(decodePt(files.get("labels.pt")!)).toEqual(new PtTensor([9], "int64", expected));
    expect(decodeNpy(files.get("labels.npy")!)).toEqual({ shape: [9], dtype: "<i8", data: expected });
  });

  it("lists every other file in the manifest with its SHA-256", () => {
    const manifest = JSON.parse(new TextDecoder().decode(files.get("manifest.json"))) as Manifest;
    const { config, classNames, mean, std } = snapshot;
    expect(manifest).toMatchObject({
      config,
      classNames,
      mean,
      std,
      seed: 7,
      method: "dm",
      imagesPerClass: 3,
    });
    expect(manifest.accuracy?.mean).toBe(0.6);
    expect(manifest.dataset).toEqual({ name: "Süße Sachen (v2)", fingerprint: "abc123" });
    expect(manifest.versions.tfjs).toMatch(/^4\./);
    expect(manifest.versions.studio).toMatch(/^\d+\.\d+\.\d+$/);
    expect(manifest.files.map(({ path }) => path).sort()).toEqual(
      [...files.keys()].filter((path) => path !== "manifest.json").sort(),
    );
    for (const { path, bytes, sha256 } of manifest.files) {
      expect(files.get(path)!.length).toBe(bytes);
      expect(createHash("sha256").update(files.get(path)!).digest("hex")).toBe(sha256);
    }
  });

  it("says in the README how to load the set", () => {
    const text = new TextDecoder().decode(files.get("README.md"));
    expect(text).toContain('images = torch.load("images.pt")');
    expect(text).toContain('labels = torch.load("labels.pt")');
    expect(text).toContain("60.0 ± 10.0 %");
  });

  it("gives the same bytes for the same snapshot", async () => {
    const again = await exportZip(exampleSnapshot());
    const once = await exportZip(exampleSnapshot());
    expect(new Uint8Array(await again.blob.arrayBuffer())).toEqual(
      new Uint8Array(await once.blob.arrayBuffer()),
    );
  });

  it("adds soft labels and the learned rate where there are some", async () => {
    const targets = Float32Array.from({ length: 27 }, (_, i) => i / 27);
    const soft = await unzip((await exportZip({ ...exampleSnapshot(), targets, synLr: 0.02 })).blob);
    expect(decodePt(soft.get("soft_labels.pt")!)).toEqual(new PtTensor([9, 3], "float32", targets));
    expect(decodeNpy(soft.get("soft_labels.npy")!).data).toEqual(targets);
    expect(decodePt(soft.get("lr.pt")!)).toEqual(new PtTensor([], "float32", Float32Array.of(0.02)));
  });

  it("refuses numbers that are not finite and names the class", async () => {
    const broken = exampleSnapshot();
    broken.images[4 * 60 + 3] = NaN;
    await expect(exportZip(broken)).rejects.toThrow(UserError);
    await expect(exportZip(broken)).rejects.toThrow(/NaN \(class "\.\.\/up", iteration 20\)/);
    await expect(exportZip({ ...exampleSnapshot(), synLr: Infinity })).rejects.toThrow(UserError);
  });

  it("stops when it is told to", async () => {
    const control = new AbortController();
    const result = exportZip(exampleSnapshot(), {
      onProgress: (done) => done === 3 && control.abort(),
      signal: control.signal,
    });
    await expect(result).rejects.toMatchObject({ name: "AbortError" });
  });

  it("opens in Python with torch or numpy, where there is one", ({ skip }) => {
    const found = ["torch", "numpy"].flatMap((library) => {
      const python = pythonWith(library);
      return python ? [{ python, library }] : [];
    });
    if (found.length === 0) {
      console.log("Python check skipped: no Python with torch or numpy was found.");
      return skip();
    }
    const folder = mkdtempSync(join(tmpdir(), "export-"));
    try {
      for (const [path, bytes] of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }
      for (const { python, library } of found) {
        const loaded = spawnSync(python, ["-c", CHECK[library as keyof typeof CHECK], folder], {
          encoding: "utf8",
        });
        expect(loaded.stderr).toBe("");
        const lines = loaded.stdout.trim().split("\n");
        expect(lines[0]).toBe("9,3,5,4 float32 9 int64");
        expect(lines[1]!.split(" ").map(Number)).toEqual([
          ...(decodePt(files.get("images.pt")!) as PtTensor).data,
        ]);
        expect(lines[2]).toBe("0 0 0 1 1 1 2 2 2");
        console.log(`Python check: ${python} opened the set with ${library}.`);
      }
      const script = spawnSync(found[0]!.python, [join(folder, "load.py")], {
        encoding: "utf8",
        cwd: tmpdir(),
      });
      expect(script.stderr).toBe("");
      expect(script.stdout).toMatch(
        /^images \(9, 3, 5, 4\).*float32\nlabels \(9,\).*int64\nclasses T-shirt\/top/,
      );
      writeFileSync(join(folder, "labels.npy"), "broken");
      const damaged = spawnSync(found[0]!.python, [join(folder, "load.py")], { encoding: "utf8" });
      expect([damaged.status, damaged.stderr.trim()]).toEqual([1, "damaged or missing: labels.npy"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Print shapes and types, all images, all labels; floats with enough digits to be exact. */
const CHECK = {
  torch: `import sys, torch
x, y = torch.load(sys.argv[1] + "/images.pt"), torch.load(sys.argv[1] + "/labels.pt")
print(",".join(map(str, x.shape)), str(x.dtype)[6:], ",".join(map(str, y.shape)), str(y.dtype)[6:])
print(*[repr(v) for v in x.flatten().tolist()])
print(*y.tolist())`,
  numpy: `import sys, numpy
x, y = numpy.load(sys.argv[1] + "/images.npy"), numpy.load(sys.argv[1] + "/labels.npy")
print(",".join(map(str, x.shape)), x.dtype, ",".join(map(str, y.shape)), y.dtype)
print(*[repr(v) for v in x.flatten().tolist()])
print(*y.tolist())`,
};
