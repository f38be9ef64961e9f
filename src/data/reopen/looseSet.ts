/**
 * A distilled set that is tensors alone: the files that the code of MTT, TESLA and DATM (`images_best.pt`), DC, DSA and
 * DM (`res_….pt`) and DD-Ranking saves, or .pt, .npz, .npy and .safetensors of whoever names images and labels as such.
 */
import type { ImageShape } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import type { Normalisation } from "@/shared/openingSets";
import type { ArraySet } from "../readers/arrays/labelledArrays";
import { isManifest } from "../readers/arrays/besideManifest";
import { imageLayout, type ImageLayout } from "../readers/arrays/imageLayout";
import { isFloat, itemBytes, product, readWhole, type SourceArray } from "../readers/arrays/sourceArray";
import { baseName, stem } from "../readers/filePaths";
import { openNpyFiles } from "../readers/npy";
import { openArchive } from "../readers/npz";
import { openPtFiles } from "../readers/pytorch";
import { openSafetensors } from "../readers/safetensors";
import { pickArray } from "./pickArray";
import { readSetLabels, type SetLabels } from "./setLabels";

export interface LooseSet extends SetLabels {
  name: string;
  layout: string;
  shape: ImageShape;
  /** As the file has them, NHWC. */
  images: Float32Array<ArrayBuffer>;
  synLr: number | null;
  normalisation: Normalisation | null;
  classNames: readonly string[];
  notes: string[];
}

/** A set of more floats than this is no distilled one. */
const MOST_BYTES = 512 * 2 ** 20;

type Opener = (files: readonly PickedFile[], signal: AbortSignal) => Promise<ArraySet>;

const OPENERS: readonly (readonly [RegExp, Opener])[] = [
  [/\.(pt|pth)$/i, openPtFiles],
  [/\.npz$/i, openArchive],
  [/\.npy$/i, openNpyFiles],
  [/\.safetensors$/i, openSafetensors],
];

/** The names of a part, in the order in which they are looked for; behind the stem may stand `_best` or an iteration. */
const IMAGES = /^(images?|image_syn|images_syn|syn_images|x)(_best|_\d+)?$/i;
const RATE = /^(lr|syn_lr|lr_syn)(_best|_\d+)?$/i;

/**
 * @returns null when the files are no tensors of images, or those of a dataset with a test split
 * @throws UserError when they are a set whose parts do not fit each other
 */
export async function openLooseSet(
  files: readonly PickedFile[],
  signal: AbortSignal,
): Promise<LooseSet | null> {
  const own = files.filter(({ path }) => !isManifest(path));
  const opener = OPENERS.find(([name]) => own.length > 0 && own.every(({ path }) => name.test(path)));
  if (!opener) return null;
  const set = await opener[1](files, signal).catch(() => null); // the dataset's reader says what is wrong
  const source = set && pickArray(set.arrays, IMAGES);
  if (!set || !source || !isFloat(source.kind) || hasTestSplit(set.arrays)) return null;
  if (product(source.shape) * itemBytes(source.kind) > MOST_BYTES) return null;
  const layout = imageLayout(source, set.prefersPlanes);
  const images = await readImages(source, layout);
  const rate = pickArray(set.arrays, RATE);
  return {
    name: nameOf(own),
    layout: layoutOf(own),
    shape: layout.shape,
    images,
    ...(await readSetLabels(set.arrays, layout.count, set.file)),
    synLr: rate && product(rate.shape) === 1 ? (await readWhole(rate))[0]! : null,
    normalisation: set.normalisation,
    classNames: set.classNames,
    notes: set.notes,
  };
}

const hasTestSplit = (arrays: ReadonlyMap<string, SourceArray>): boolean =>
  [...arrays.keys()].some((key) => /(^|_)(test|val|valid|validation)(_|$)/i.test(key));

/** The folder of the files; without one, the file of the images. */
function nameOf(files: readonly PickedFile[]): string {
  const first = files.find(({ path }) => IMAGES.test(stem(path))) ?? files[0]!;
  return (files.length > 1 && first.path.split("/").at(-2)) || baseName(first.path);
}

function layoutOf(files: readonly PickedFile[]): string {
  const names = files.map(({ path }) => baseName(path));
  if (names.some((name) => /^images_(best|\d+)\.pt$/i.test(name))) return "MTT and DATM";
  if (names.some((name) => /^res_.*\.pt$/i.test(name))) return "DC, DSA and DM";
  if (files.some(({ path }) => /(^|\/)dd-?ranking\//i.test(path))) return "DD-Ranking";
  return "";
}

/** @throws UserError for what is no number */
async function readImages(source: SourceArray, layout: ImageLayout): Promise<Float32Array<ArrayBuffer>> {
  const values = await readWhole(source);
  const { shape, count, isPlanar } = layout;
  const { channels } = shape;
  const plane = shape.height * shape.width;
  const images = new Float32Array(count * plane * channels);
  for (let to = 0; to < images.length; to++) {
    const channel = to % channels;
    const pixel = Math.floor(to / channels); // over all images
    const from = isPlanar ? (Math.floor(pixel / plane) * channels + channel) * plane + (pixel % plane) : to;
    const value = values[from]!;
    if (!Number.isFinite(value))
      throw new UserError(
        `${source.where} holds ${value} (image ${Math.floor(pixel / plane)}).`,
        "The set has diverged or is damaged: open an earlier one.",
      );
    images[to] = value;
  }
  return images;
}
