/**
 * The export, unzipped: the page's files, bytes and layout in a folder. They are staged inside it and moved to their
 * places once all are written. An earlier export in the folder is replaced; other files are never touched.
 */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exportFiles, type ExportOptions } from "@/data/writers/exportZip";
import type { Manifest } from "@/data/writers/manifest";
import type { Snapshot } from "@/shared/run";
import { defaultFormats, writers } from "@/data/writers";
import { CliError, EXIT } from "./exitCodes";
import { fileError } from "./folderFiles";
import { nearest } from "./nearest";

const MANIFEST = "manifest.json";
const FORMAT: Manifest["format"] = "distillation-studio/1";

/** The formats that were asked for, the usual ones without. @throws CliError for one that is not known */
export function chosenFormats(asked: readonly string[] | undefined): string[] {
  for (const id of asked ?? []) {
    if (writers.has(id)) continue;
    const ids = [...writers.keys()];
    const meant = nearest(id, ids);
    throw new CliError(
      EXIT.usage,
      `--format: there is no format "${id}".`,
      `${meant ? `Did you mean ${meant}? ` : ""}Known: ${ids.join(", ")}.`,
    );
  }
  return asked ? [...new Set(asked)] : defaultFormats();
}

/**
 * Makes the folder and checks that an export can go there, before anything is computed.
 * @throws CliError when a file that is not of an earlier export stands where one of the export's would go
 */
export async function prepareFolder(folder: string, formats: readonly string[]): Promise<void> {
  let present: string[];
  try {
    await mkdir(folder, { recursive: true });
    present = await readdir(folder);
    await rm(await mkdtemp(join(folder, ".export-")), { recursive: true }); // it can be written
  } catch (error) {
    throw fileError(error, `--out ${folder} cannot be used`);
  }
  if (await earlierExport(folder)) return;
  const taken = (await topNames(exportFiles(probe, { formats }))).find((name) => present.includes(name));
  if (taken !== undefined)
    throw new CliError(
      EXIT.files,
      `--out ${folder}: "${taken}" is there already and belongs to no export of the studio.`,
      "Choose an empty folder.",
    );
}

/** Writes the set. @throws CliError when the disk refuses; what was there before is then still there */
export async function writeExport(snapshot: Snapshot, folder: string, options: ExportOptions): Promise<void> {
  try {
    const staged = await mkdtemp(join(folder, ".export-"));
    try {
      const paths: string[] = []; // the manifest last: a folder that has one is whole
      for await (const { path, bytes } of exportFiles(snapshot, options)) {
        paths.push(path);
        await mkdir(dirname(join(staged, path)), { recursive: true });
        await writeFile(join(staged, path), bytes);
      }
      await removeEarlier(folder);
      for (const path of paths) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await rename(join(staged, path), join(folder, path));
      }
    } finally {
      await rm(staged, { recursive: true, force: true });
    }
  } catch (error) {
    throw fileError(error, `The export cannot be written to ${folder}`);
  }
}

/** Removes the files that an earlier export names, and those of its folders that are empty then. */
async function removeEarlier(folder: string): Promise<void> {
  const earlier = await earlierExport(folder);
  if (!earlier) return;
  for (const path of [MANIFEST, ...earlier.files.map((file) => file.path)]) {
    await rm(join(folder, path), { force: true });
    for (let parent = dirname(path); parent !== "."; parent = dirname(parent))
      await rmdir(join(folder, parent)).catch(() => undefined); // not empty yet, or holds something else
  }
}

/** The manifest of an export in the folder, null when there is none. */
async function earlierExport(folder: string): Promise<Manifest | null> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST), "utf8")) as Manifest;
    const isOurs =
      manifest.format === FORMAT && manifest.files.every(({ path }) => !path.split(/[\\/]/).includes(".."));
    return isOurs ? manifest : null;
  } catch {
    return null;
  }
}

/** First parts of the paths of files. */
async function topNames(files: AsyncIterable<{ path: string }>): Promise<string[]> {
  const names = new Set<string>();
  for await (const { path } of files) names.add(path.split("/")[0]!);
  return [...names];
}

/** The smallest set that has everything a set can have, to learn what the writers would write. */
const probe: Snapshot = {
  config: {
    datasetId: "",
    run: {},
    method: { id: "", params: {} },
    network: { id: "", params: {} },
    augmentation: { id: "", params: {} },
    evaluation: { id: "", params: {} },
  },
  iteration: 0,
  shape: { height: 1, width: 1, channels: 1 },
  images: new Float32Array(1),
  labels: new Uint16Array(1),
  targets: new Float32Array(1),
  synLr: 0,
  classNames: [""],
  datasetName: "",
  datasetFingerprint: "",
  mean: [0],
  std: [1],
  evaluations: [],
};
