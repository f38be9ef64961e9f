/**
 * An export, opened again as the synthetic set that it is: every learned float, label and setting as it was. What its
 * manifest says of each file is held against the file.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import type { Snapshot } from "@/shared/run";
import { decodeNpy } from "../codecs/npy";
import {
  config,
  count,
  hash,
  listOf,
  nullable,
  number,
  optional,
  positive,
  record,
  scores,
  text,
} from "../project/recordShapes";
import { sha256 } from "../shards/sha256";
import { PICTURES_FILE, type Manifest } from "../writers/manifest";
import { checkSnapshot } from "../writers/snapshotArrays";
import { openExportFiles, type ExportFiles } from "./exportFiles";
import { findArray, lacksImages, type SetArray } from "./setArrays";

const AGAIN = "Copy the file again, or export the set again; nothing was changed here.";
const MOST_CLASSES = 65_536;

const manifestShape = record({
  dataset: record({ name: text, fingerprint: text }),
  classNames: listOf(text),
  iteration: count,
  config,
  images: record({ shape: listOf(count) }),
  preprocessing: optional(text),
  mean: listOf(number),
  std: listOf(number),
  synLr: nullable(number),
  imagesPerClass: positive,
  openedFrom: optional(text),
  evaluations: scores,
  files: listOf(record({ path: text, bytes: count, sha256: hash })),
});

/** @throws UserError when a file is missing, changed or not what the manifest says; nothing is stored */
export async function openExport(picked: readonly PickedFile[]): Promise<Snapshot> {
  const files = await openExportFiles(picked);
  const manifest = parseManifest(await files.read("manifest.json"), files.where);
  const read = (path: string) => readChecked(files, manifest, path);
  const [n = 0, channels = 0, height = 0, width = 0] = manifest.images.shape;
  const broken = (what: string) => new UserError(`${files.where}: ${what}.`, AGAIN);

  const paths = manifest.files.map(({ path }) => path);
  const images = await findArray(files, "images", paths, read);
  if (!images) throw lacksImages(files);
  const found = await findArray(files, "labels", paths, read);
  const labels = found?.shape.length === 1 ? found : inClassOrder(manifest, n);
  if (!labels) throw broken("its labels are not there");
  if (channels !== 1 && channels !== 3) throw broken(`images of ${channels} channels are not read here`);
  if (images.shape.join() !== manifest.images.shape.join() || labels.shape.join() !== String(n))
    throw broken(
      `its arrays are [${images.shape.join(", ")}] and [${labels.shape.join(", ")}], not what it says`,
    );
  const targets = manifest.softLabels
    ? Float32Array.from(await softLabels(files, paths, read), Number)
    : null;
  if (targets && targets.length !== n * manifest.classNames.length)
    throw broken(`its soft labels are ${targets.length} numbers for ${n} images`);
  const pictures = manifest.preprocessing === "zca" ? decodeNpy(await read(PICTURES_FILE)) : null;
  if (pictures && pictures.shape.join() !== [n, height, width, channels].join())
    throw broken(`its pictures are [${pictures.shape.join(", ")}]`);
  const snapshot: Snapshot = {
    config: manifest.config,
    iteration: manifest.iteration,
    shape: { height, width, channels },
    images: toPixels(images.data, { channels, height, width }),
    ...(pictures && { pictures: Uint8Array.from(pictures.data, Number) }),
    labels: Uint16Array.from({ length: n }, (_, i) => Number(labels.data[i])),
    ...(targets && { targets }),
    ...(manifest.synLr !== null && { synLr: manifest.synLr }),
    classNames: manifest.classNames,
    datasetName: manifest.dataset.name,
    datasetFingerprint: manifest.dataset.fingerprint,
    mean: manifest.mean,
    std: manifest.std,
    evaluations: manifest.evaluations,
    ...(manifest.openedFrom !== undefined && { openedFrom: manifest.openedFrom }),
  };
  try {
    checkSnapshot(snapshot);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw broken("its arrays and its manifest do not fit each other");
  }
  return snapshot;
}

function parseManifest(bytes: Uint8Array, where: string): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new UserError(`${where}: "manifest.json" is no JSON.`, AGAIN);
  }
  const { format } = Object(manifest) as { format?: unknown };
  if (format !== "distillation-studio/1")
    throw new UserError(
      `${where} is an export of another program or of a newer studio: its manifest does not say "distillation-studio/1".`,
      "Open it in the studio that wrote it; tensors alone can be dropped as a dataset.",
    );
  const fault = manifestShape(manifest, "");
  if (fault) throw new UserError(`${where}: in "manifest.json", ${fault}.`, AGAIN);
  const { classNames } = manifest as Manifest;
  if (classNames.length < 1 || classNames.length > MOST_CLASSES)
    throw new UserError(`${where}: its manifest names ${classNames.length} classes.`, AGAIN);
  return manifest as Manifest;
}

/** The bytes of a file that is as the manifest says. */
async function readChecked(
  files: ExportFiles,
  manifest: Manifest,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await files.read(path);
  const listed = manifest.files.find((file) => file.path === path);
  if (!listed) throw new UserError(`${files.where}: its manifest does not name "${path}".`, AGAIN);
  if ((await sha256(bytes)) !== listed.sha256)
    throw new UserError(`${files.where}: "${path}" does not match its SHA-256.`, AGAIN);
  return bytes;
}

async function softLabels(
  files: ExportFiles,
  paths: readonly string[],
  read: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<ArrayLike<number | bigint>> {
  const found = await findArray(files, "soft_labels", paths, read);
  if (found) return found.data;
  throw new UserError(
    `${files.where} does not hold the soft labels that its manifest speaks of.`,
    "Export the set again, with its PyTorch or NumPy tensors.",
  );
}

/** Class numbers where a layout leaves them out: as many of each class, one class after the other. */
function inClassOrder({ classNames, imagesPerClass }: Manifest, count: number): SetArray | null {
  if (classNames.length * imagesPerClass !== count) return null;
  return {
    shape: [count],
    data: Uint16Array.from({ length: count }, (_, i) => Math.floor(i / imagesPerClass)),
  };
}

/** From NCHW to NHWC. */
function toPixels(
  planes: ArrayLike<number | bigint>,
  { channels, height, width }: { channels: number; height: number; width: number },
): Float32Array<ArrayBuffer> {
  const pixels = new Float32Array(planes.length);
  const plane = height * width;
  for (let to = 0; to < pixels.length; to++) {
    const channel = to % channels;
    const pixel = Math.floor(to / channels) % plane;
    const image = Math.floor(to / (channels * plane));
    pixels[to] = Number(planes[(image * channels + channel) * plane + pixel]);
  }
  return pixels;
}
