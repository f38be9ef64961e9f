/** What tests of the command line run on: a tiny dataset on disk, and streams that remember. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Random } from "@/shared/random";
import { main } from "./main";

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "distill-"));

const header = (...dims: number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 + 4 * dims.length));
  view.setUint32(0, 0x0800 | dims.length);
  dims.forEach((dim, i) => view.setUint32(4 + 4 * i, dim));
  return new Uint8Array(view.buffer);
};

/** An IDX quadruple of three classes, 8 × 8 grey, in a folder called "tiny". @returns the folder */
export function tinyData(perClass = 6): string {
  const folder = join(newFolder(), "tiny");
  mkdirSync(folder);
  const random = new Random(5);
  for (const [prefix, count] of [
    ["train", 3 * perClass],
    ["t10k", 3],
  ] as const) {
    const pixels = Uint8Array.from({ length: count * 64 }, () => random.below(256));
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
    writeFileSync(join(folder, `${prefix}-images-idx3-ubyte`), Buffer.concat([header(count, 8, 8), pixels]));
    writeFileSync(join(folder, `${prefix}-labels-idx1-ubyte`), Buffer.concat([header(count), labels]));
  }
  return folder;
}

/** Settings with which an iteration takes milliseconds. */
export const TINY = [
  ...["--backend", "wasm", "--ipc", "1", "--network-width", "4", "--network-depth", "1"],
  ...["--batch-real", "2", "--evaluation-interval", "0", "--seed", "3"],
];

/** Runs a command in this process. @param interruptAt Ctrl-C comes when stderr says this */
export async function command(words: readonly string[], interruptAt?: RegExp) {
  const stop = new AbortController();
  let [out, err] = ["", ""];
  const code = await main(words, {
    stdout: { write: (text) => (out += text) },
    stderr: {
      write: (text) => {
        err += text;
        if (interruptAt?.test(text)) stop.abort();
      },
    },
    signal: stop.signal,
  });
  return { code, out, err };
}

/** Every file of a folder by its path, as text that can be compared. */
export function filesOf(folder: string): Record<string, string> {
  const walk = (at: string): string[] =>
    readdirSync(at, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(join(at, entry.name)) : [join(at, entry.name)],
    );
  return Object.fromEntries(
    walk(folder)
      .sort()
      .map((path) => [relative(folder, path), readFileSync(path).toString("base64")]),
  );
}
