/** Every format that can be chosen, opened again and compared with the set, value by value. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { unpackTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import type { Snapshot } from "@/shared/run";
import { decodeNpy } from "../codecs/npy";
import { decodePng } from "../codecs/png";
import { decodePt, PtTensor } from "../codecs/pt";
import { SafetensorsFile } from "../codecs/safetensors";
import { decodeStoredZip } from "../codecs/zipStored";
import { exportZip } from "./fixtures/exportZip";
import { CLASSES, exampleSnapshot } from "./fixtures/exampleSnapshot";
import { pythonWith } from "./fixtures/python";
import { defaultFormats, writers } from "./index";
import { toBytes, toPlanes } from "./snapshotArrays";
import type { WrittenFile } from "./writer";

const hard = exampleSnapshot();
const soft: Snapshot = {
  ...exampleSnapshot(),
  targets: Float32Array.from({ length: 27 }, (_, i) => i / 27),
  synLr: 0.02,
};
const LABELS = BigInt64Array.from([0n, 0n, 0n, 1n, 1n, 1n, 2n, 2n, 2n]);

async function written(id: string, snapshot: Snapshot): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const writer = writers.get(id)!;
  const files: WrittenFile[] = [];
  for await (const file of writer.write(snapshot, [writer])) files.push(file);
  expect(files).toHaveLength(writer.count(snapshot));
  return new Map(files.map(({ path, bytes }) => [path, bytes]));
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const images = () => new PtTensor([9, 3, 5, 4], "float32", toPlanes(hard));
const softLabels = new PtTensor([9, 3], "float32", soft.targets!);
const rate = new PtTensor([], "float32", Float32Array.of(0.02));

describe("export formats", () => {
  it.each([
    [hard, new PtTensor([9], "int64", LABELS), undefined],
    [soft, softLabels, rate],
  ])("MTT's layout holds what its code loads", async (snapshot, labels, learned) => {
    const files = await written("mtt", snapshot);
    expect(decodePt(files.get("mtt/images_best.pt")!)).toEqual(images());
    expect(decodePt(files.get("mtt/labels_best.pt")!)).toEqual(labels);
    const lr = files.get("mtt/lr_best.pt");
    expect(lr && decodePt(lr)).toEqual(learned);
  });

  it("DD-Ranking's layout has labels only where they are soft", async () => {
    expect([...(await written("ddRanking", hard)).keys()]).toEqual(["dd-ranking/images.pt"]);
    const files = await written("ddRanking", soft);
    expect(decodePt(files.get("dd-ranking/labels.pt")!)).toEqual(softLabels);
    expect(decodePt(files.get("dd-ranking/lr.pt")!)).toEqual(rate);
  });

  it("DC's layout is its dictionary, one experiment long", async () => {
    const [[path, bytes]] = [...(await written("dc", hard))] as [[string, Uint8Array]];
    expect(path).toBe("dc/res_DM_Süße_Sachen_v2_ConvNet_3ipc.pt");
    expect(decodePt(bytes)).toEqual(
      new Map<string, unknown>([
        ["data", [[images(), new PtTensor([9], "int64", LABELS)]]],
        ["accs_all_exps", new Map([["ConvNet", [0.5, 0.7]]])],
      ]),
    );
  });

  it("safetensors holds every array and the class names", async () => {
    const files = await written("safetensors", soft);
    const file = await SafetensorsFile.open(new Blob([files.get("set.safetensors")!]));
    expect(await file.readFloats("images")).toEqual(toPlanes(soft));
    expect((await file.read("labels")).data).toEqual(LABELS);
    expect(await file.readFloats("soft_labels")).toEqual(soft.targets);
    expect(await file.readFloats("lr")).toEqual(Float32Array.of(0.02));
    expect(JSON.parse(file.metadata["classNames"]!)).toEqual(CLASSES);
    expect(JSON.parse(file.metadata["mean"]!)).toEqual(soft.mean);
  });

  it("the NumPy archive holds every array", async () => {
    const entries = decodeStoredZip((await written("npz", soft)).get("set.npz")!, "set.npz");
    expect([...entries.keys()]).toEqual(["images.npy", "labels.npy", "soft_labels.npy", "lr.npy"]);
    expect(decodeNpy(entries.get("images.npy")!).data).toEqual(toPlanes(soft));
    expect(decodeNpy(entries.get("labels.npy")!).data).toEqual(LABELS);
    expect(decodeNpy(entries.get("lr.npy")!)).toMatchObject({ shape: [], data: Float32Array.of(0.02) });
  });

  it("NumPy opens its archive, where there is one", async ({ skip }) => {
    const python = pythonWith("numpy");
    if (!python) {
      console.log("Python check skipped: no Python with numpy was found.");
      return skip();
    }
    const folder = mkdtempSync(join(tmpdir(), "npz-"));
    try {
      writeFileSync(join(folder, "set.npz"), (await written("npz", hard)).get("set.npz")!);
      const script = `import numpy as np
arrays = np.load("set.npz")
images, labels = arrays["images"], arrays["labels"]
print(images.shape, images.dtype, *labels)
print(*[repr(float(v)) for v in images.ravel()])`;
      const { stdout, stderr } = spawnSync(python, ["-c", script], { encoding: "utf8", cwd: folder });
      expect(stderr).toBe("");
      const [about, values] = stdout.trim().split("\n");
      expect(about).toBe("(9, 3, 5, 4) float32 0 0 0 1 1 1 2 2 2");
      expect(values!.split(" ").map(Number)).toEqual([...toPlanes(hard)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("a WebDataset shard has picture, class and facts of each image, side by side", async () => {
    const entries = await unpackTar((await written("webDataset", soft)).get("set-000000.tar")!);
    expect(entries.map(({ header }) => header.name).slice(0, 4)).toEqual([
      "000000.png",
      "000000.cls",
      "000000.json",
      "000001.png",
    ]);
    for (let i = 0; i < 9; i++) {
      const [png, cls, json] = entries.slice(3 * i, 3 * i + 3).map(({ data }) => data!);
      expect(decodePng(png!).pixels).toEqual(toBytes(soft, i));
      expect(text(cls)).toBe(String(Math.floor(i / 3)));
      expect(JSON.parse(text(json))).toEqual({
        label: Math.floor(i / 3),
        name: CLASSES[Math.floor(i / 3)],
        soft_label: [...soft.targets!.subarray(3 * i, 3 * i + 3)],
      });
    }
  });

  it.each([hard, soft])(
    "Parquet has picture, label and class names where the hub looks for them",
    async (snapshot) => {
      const bytes = (await written("parquet", snapshot)).get("train-00000-of-00001.parquet")!;
      const rows = await parquetReadObjects({ file: bytes.buffer, utf8: false });
      expect(rows).toHaveLength(9);
      rows.forEach(({ image, label, soft_label: softLabel }, i) => {
        const { bytes: png, path } = image as { bytes: Uint8Array; path: unknown };
        expect(decodePng(png).pixels).toEqual(toBytes(snapshot, i));
        expect([path, Number(label)]).toEqual([`0000${i}.png`, Math.floor(i / 3)]);
        if (snapshot.targets) expect(softLabel).toEqual([...snapshot.targets.subarray(3 * i, 3 * i + 3)]);
      });
      const facts = parquetMetadata(bytes.buffer).key_value_metadata!.find(
        ({ key }) => key === "huggingface",
      );
      const { info } = JSON.parse(facts!.value!) as { info: { features: { label: { names: string[] } } } };
      expect(info.features.label.names).toEqual(CLASSES);
    },
  );

  it("JSON holds the floats exactly, in NHWC", async () => {
    const json = text((await written("json", soft)).get("set.json"));
    const set = JSON.parse(json) as Record<string, unknown>;
    const floats = new Float32Array(
      Uint8Array.from(atob(set["images"] as string), (c) => c.charCodeAt(0)).buffer,
    );
    expect(floats).toEqual(soft.images);
    expect(set).toMatchObject({
      shape: [9, 5, 4, 3],
      labels: [...soft.labels],
      lr: 0.02,
      classNames: CLASSES,
    });
  });

  it("metadata.jsonl has a line per picture", async () => {
    const files = await written("pngFolder", soft);
    const lines = text(files.get("images/metadata.jsonl")).trimEnd().split("\n");
    expect(lines).toHaveLength(9);
    for (const [i, line] of lines.entries()) {
      const about = JSON.parse(line) as { file_name: string; label: number; class_name: string };
      expect(about).toMatchObject({ label: Math.floor(i / 3), class_name: CLASSES[Math.floor(i / 3)] });
      expect(decodePng(files.get(`images/${about.file_name}`)!).pixels).toEqual(toBytes(soft, i));
    }
  });

  it("the gallery shows names as text, and every picture", async () => {
    const awkward = { ...hard, classNames: ["<script>alert(1)</script>", 'a"b', "c & d"] };
    const page = text((await written("gallery", awkward)).get("gallery.html"));
    expect(page).not.toContain("<script");
    expect(page).toContain("<h2>&lt;script&gt;alert(1)&lt;/script&gt;</h2>");
    expect(page).toContain('alt="a&quot;b, image 1"');
    const sources = [...page.matchAll(/src="data:image\/png;base64,([^"]+)"/g)];
    const pixels = sources.map(([, code]) => decodePng(new Uint8Array(Buffer.from(code!, "base64"))).pixels);
    expect(pixels).toEqual(Array.from({ length: 9 }, (_, i) => toBytes(awkward, i)));
  });

  it("the animated history has a frame per moment, and is left out where there was none", async () => {
    expect(await written("animation", hard)).toEqual(new Map());
    const shape = { height: 5, width: 4, channels: 1 } as const;
    const history = {
      shape,
      classes: 3,
      perClass: 2,
      iterations: [0, 4, 9],
      pixels: new Uint8Array(3 * 6 * 20),
    };
    const gif = (await written("animation", { ...hard, history })).get("history.gif")!;
    expect(text(gif.subarray(0, 6))).toBe("GIF89a");
    const size = new DataView(gif.buffer).getUint16(6, true);
    expect([size, new DataView(gif.buffer).getUint16(8, true)]).toEqual([4 * (2 * 5 - 1), 4 * (3 * 6 - 1)]);
    expect(Buffer.from(gif).toString("latin1").split("!\u00f9\u0004")).toHaveLength(1 + 3);
  });

  it("all of them together make one export without two files of a name", async () => {
    const paths = new Set<string>();
    let count = 0;
    for (const writer of writers.values())
      for await (const { path } of writer.write(soft, [...writers.values()])) {
        paths.add(path);
        count++;
      }
    expect(paths.size).toBe(count);
  });

  it("a format that is not there is refused by name", async () => {
    const result = exportZip(hard, { formats: [...defaultFormats(), "hdf5"] });
    await expect(result).rejects.toThrow(UserError);
    await expect(result).rejects.toThrow('There is no export format "hdf5".');
  });
});
