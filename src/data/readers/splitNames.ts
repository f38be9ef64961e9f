/** What the names of files and shards say of splits: "train-00000.tar", "x_test.npy", "val/0001.tfrecord". */
import type { SourceSplit } from "./reader";

/** The split that a path names, in its file name or else in a folder, the innermost first. */
export function splitOfPath(path: string): SourceSplit | undefined {
  for (const part of path.split("/").reverse()) {
    for (const word of part.toLowerCase().split(/[^a-z0-9]+/)) {
      if (word.startsWith("train")) return "train";
      if (word.startsWith("test") || word === "t10k") return "test";
      if (/^(val|valid|validation|dev)\d*$/.test(word)) return "val";
    }
  }
  return undefined;
}

/** The split of each path: without a name it is training, and one split alone is all there is to train on. */
export function splitsOfPaths(paths: readonly string[]): SourceSplit[] {
  const splits = paths.map((path) => splitOfPath(path) ?? "train");
  return splits.includes("train") ? splits : splits.map(() => "train");
}
