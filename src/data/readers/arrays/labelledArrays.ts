/** Arrays of images and labels to a dataset, whichever format they lie in: NPZ, NPY, safetensors, PyTorch. */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { FilesMemo } from "../filesMemo";
import { classesOf } from "../labelClasses";
import type { ReaderContext, ReaderFacts, ReaderItem } from "../reader";
import { findPairs, type ArrayPair } from "./arrayNames";
import {
  findBrightness,
  imagesAtOnce,
  toPixels,
  type Brightness,
  type ImageArray,
  type Normalisation,
} from "./brightness";
import { readClassNumbers } from "./classNumbers";
import { imageLayout } from "./imageLayout";
import { numbersOf, type SourceArray } from "./sourceArray";

/** What was found in the files, opened anew for each look. */
export interface ArraySet {
  /** For messages and as the dataset's name. */
  file: string;
  name: string;
  /** By name. */
  arrays: ReadonlyMap<string, SourceArray>;
  /** Channels stand first where the dimensions do not tell. */
  prefersPlanes: boolean;
  normalisation: Normalisation | null;
  /** Names of the class numbers, as far as something beside the arrays tells them. */
  classNames: readonly string[];
  notes: string[];
}

interface Prepared {
  brightness: Brightness;
  notes: string[];
}

/** How the values are read, which takes a pass over all of them. */
const prepared = new FilesMemo<Prepared>();

/** @throws UserError when there is no pair of images and labels, or one does not fit the other */
export async function inspectArrays(
  files: readonly PickedFile[],
  set: ArraySet,
  context: ReaderContext,
): Promise<ReaderFacts> {
  const stacks = stacksOf(set);
  const labels: Partial<Record<ArrayPair["split"], Float64Array>> = {};
  let areSoft = false;
  for (const { pair, layout } of stacks) {
    context.signal.throwIfAborted();
    const found = await readClassNumbers(pair.labels, layout.count, set.file);
    labels[pair.split] = found.numbers;
    areSoft ||= found.areSoft;
  }
  const { notes } = await prepare(files, set, stacks, context);
  const { classNames, counts } = classesOf(labels);
  const { width, height, channels } = stacks[0]!.layout.shape;
  const total = stacks.reduce((sum, { layout }) => sum + layout.count, 0);
  const soft = "The labels are soft: each image is of the class with the largest share.";
  return {
    name: set.name,
    classNames: classNames.map((number) => set.classNames[Number(number)] ?? number),
    counts,
    indexOf: new Map(classNames.map((number, index) => [number, index])),
    sizes: [{ width, height, count: total }],
    sampled: total,
    channels,
    notes: [...new Set([...set.notes, ...notes, ...(areSoft ? [soft] : [])])],
  };
}

/** @param set as it was inspected */
export async function* readArrays(
  files: readonly PickedFile[],
  set: ArraySet,
  { indexOf }: ReaderFacts,
  context: ReaderContext,
): AsyncGenerator<ReaderItem> {
  const stacks = stacksOf(set);
  const { brightness } = await prepare(files, set, stacks, context);
  for (const stack of stacks) {
    const { pair, layout, source } = stack;
    const { numbers } = await readClassNumbers(pair.labels, layout.count, set.file);
    const labels = Uint16Array.from(numbers, (number) => indexOf?.get(String(number)) ?? 0);
    const atOnce = imagesAtOnce(stack);
    const reader = await source.open();
    try {
      for (let start = 0; start < layout.count; start += atOnce.count) {
        context.signal.throwIfAborted();
        const n = Math.min(atOnce.count, layout.count - start);
        const values = numbersOf(await reader.read(n * atOnce.bytes), source.kind);
        const pixels = toPixels(values, n, layout, brightness);
        yield {
          kind: "pixels",
          split: pair.split,
          shape: layout.shape,
          pixels,
          labels: labels.subarray(start, start + n),
        };
      }
      await reader.atEnd(); // asks for the end, where archives check their CRC
    } finally {
      await reader.cancel();
    }
  }
}

type Stack = ImageArray & { pair: ArrayPair };

function stacksOf({ arrays, file, prefersPlanes }: ArraySet): Stack[] {
  const stacks = findPairs(arrays, file).map((pair) => ({
    pair,
    source: pair.images,
    layout: imageLayout(pair.images, prefersPlanes),
  }));
  const [first] = stacks;
  for (const { layout, source } of stacks) {
    if (JSON.stringify(layout.shape) !== JSON.stringify(first!.layout.shape))
      throw new UserError(
        `${file}: "${source.name}" has images of another size than "${first!.source.name}".`,
        "Save images and labels of the same count and one size, labels as class numbers from 0.",
      );
  }
  return stacks;
}

function prepare(
  files: readonly PickedFile[],
  { normalisation, arrays, prefersPlanes }: ArraySet,
  stacks: readonly Stack[],
  { signal }: ReaderContext,
): Promise<Prepared> {
  return prepared.get(files, async () => {
    const { brightness, note } = await findBrightness(stacks, normalisation, signal);
    const planar =
      !prefersPlanes && stacks.some(({ layout }) => layout.isPlanar && layout.shape.channels > 1);
    const used = new Set(stacks.flatMap(({ pair }) => [pair.images.name, pair.labels.name]));
    const unused = [...arrays.keys()].filter((name) => !used.has(name));
    return {
      brightness,
      notes: [
        ...(planar ? ["The channels stand before height and width (NCHW)."] : []),
        ...(note ? [note] : []),
        ...(unused.length > 0
          ? [`Not used: ${unused.slice(0, 8).join(", ")}${unused.length > 8 ? ", …" : ""}.`]
          : []),
      ],
    };
  });
}
