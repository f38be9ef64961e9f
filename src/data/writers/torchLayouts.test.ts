/** The .pt files of every layout, as PyTorch itself opens them. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Snapshot } from "@/shared/run";
import { collectAll } from "../collectAll";
import { decodePt, PtTensor } from "../codecs/pt";
import { decodeStoredZip } from "../codecs/zipStored";
import { exportFiles } from "./exportZip";
import { exampleSnapshot } from "./fixtures/exampleSnapshot";
import { pythonWith } from "./fixtures/python";
import type { WrittenFile } from "./writer";

const FORMATS = ["pytorch", "mtt", "ddRanking", "dc"];
const soft: Snapshot = {
  ...exampleSnapshot(),
  targets: Float32Array.from({ length: 27 }, (_, i) => i / 27),
  synLr: 0.02,
};
const SETS = { hard: exampleSnapshot(), soft };

async function layouts(): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  for (const [set, snapshot] of Object.entries(SETS))
    for (const { path, bytes } of await collectAll(exportFiles(snapshot, { formats: FORMATS })))
      if (path.endsWith(".pt")) files.push({ path: `${set}/${path}`, bytes });
  return files;
}

/** Every value of a .pt in the order of Python's walk: tensors by type, shape and the SHA-256 of their bytes. */
function* facts(value: unknown): Generator<string> {
  if (value instanceof PtTensor) {
    const { data, dtype, shape } = value as PtTensor;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    yield `${dtype} [${shape.join(", ")}] ${createHash("sha256").update(bytes).digest("hex")}`;
  } else if (value instanceof Map) for (const member of value.values()) yield* facts(member);
  else if (Array.isArray(value)) for (const member of value) yield* facts(member);
  else yield String(value);
}

/** argv: the files. Each is opened as `torch.load` does by default, and as PyTorch 2 does: without trust. */
const SCRIPT = `
import hashlib, sys, torch
def facts(value):
    if isinstance(value, torch.Tensor):
        digest = hashlib.sha256(value.contiguous().numpy().tobytes()).hexdigest()
        yield f"{str(value.dtype)[6:]} {list(value.shape)} {digest}"
    elif isinstance(value, (dict, list, tuple)):
        for member in (value.values() if isinstance(value, dict) else value):
            yield from facts(member)
    else:
        yield str(value)
for path in sys.argv[1:]:
    print(path, *facts(torch.load(path)), sep="|")
    # before version 2, the reader without trust knows no numbers with a point
    trusts = torch.__version__.startswith("1.") and "/dc/" in path
    print(path, *facts(torch.load(path, weights_only=not trusts)), sep="|")
`;

/** What torch/_weights_only_unpickler.py lets through, as far as plain tensors need it. */
const ALLOWED = new Set([
  "torch._utils _rebuild_tensor_v2",
  "torch FloatStorage",
  "torch LongStorage",
  "collections OrderedDict",
]);

describe("the .pt layouts", () => {
  it("name nothing but what PyTorch 2 opens without trust", async () => {
    const files = await layouts();
    expect(files.map(({ path }) => path.replace(/res_.*\.pt$/, "res_….pt"))).toEqual([
      ...["images.pt", "labels.pt", "mtt/images_best.pt", "mtt/labels_best.pt"].map((path) => `hard/${path}`),
      ...["dd-ranking/images.pt", "dc/res_….pt"].map((path) => `hard/${path}`),
      ...["images.pt", "labels.pt", "soft_labels.pt", "lr.pt"].map((path) => `soft/${path}`),
      ...["images_best.pt", "labels_best.pt", "lr_best.pt"].map((path) => `soft/mtt/${path}`),
      ...["images.pt", "labels.pt", "lr.pt"].map((path) => `soft/dd-ranking/${path}`),
      "soft/dc/res_….pt",
    ]);
    for (const { path, bytes } of files) {
      const entries = decodeStoredZip(bytes, path);
      const [name] = [...entries.keys()].filter((entry) => entry.endsWith("/data.pkl"));
      const pickle = new TextDecoder("latin1").decode(entries.get(name!));
      const globals = [...pickle.matchAll(/c([\w.]+)\n(\w+)\n/g)].map(
        ([, module, own]) => `${module} ${own}`,
      );
      expect(globals.length).toBeGreaterThan(0);
      expect(globals.filter((global) => !ALLOWED.has(global))).toEqual([]);
    }
  });

  it("open in PyTorch, with and without trust, and equal what was written", async ({ skip }) => {
    const python = pythonWith("torch");
    if (!python) {
      console.log("PyTorch check skipped: no Python with torch was found.");
      return skip();
    }
    const files = await layouts();
    const folder = mkdtempSync(join(tmpdir(), "layouts-"));
    try {
      for (const { path, bytes } of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }
      const paths = files.map(({ path }) => path);
      const { stdout, stderr } = spawnSync(python, ["-c", SCRIPT, ...paths], {
        encoding: "utf8",
        cwd: folder,
      });
      expect(stderr).toBe("");
      const lines = files.flatMap(({ path, bytes }) => {
        const line = [path, ...facts(decodePt(bytes, path))].join("|");
        return [line, line];
      });
      expect(stdout.trim().split("\n")).toEqual(lines);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
