/**
 * PyTorch's .pt files with image and label tensors. Layouts: images.pt and labels.pt (the studio's and DD-Ranking's);
 * images_best.pt and labels_best.pt (MTT, DATM); one dictionary or a pair of both; `{"data": [[images, labels], …]}`, one
 * pair per experiment (DC, DSA, DM). The pickles are parsed, never run.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ByteReader } from "../codecs/byteReader";
import type { PickleValue } from "../codecs/pickle";
import { decodePt, PtTensor } from "../codecs/pt";
import { arrayKey, setName } from "./arrays/arrayFiles";
import { isManifest, manifestBeside } from "./arrays/besideManifest";
import { inspectArrays, readArrays, type ArraySet } from "./arrays/labelledArrays";
import type { SourceArray } from "./arrays/sourceArray";
import { baseName, stem } from "./filePaths";
import { accepted, declined, defineReader } from "./reader";
import { splitsOfPaths } from "./splitNames";

const NAME = /\.(pt|pth)$/i;
/** A .pt is read whole: distilled sets have megabytes. */
const MAX_FILE = 1024 * 2 ** 20;

export default defineReader({
  id: "pytorch",
  label: "PyTorch tensors (.pt)",
  about: "images.pt with labels.pt, images_best.pt with labels_best.pt, or res_….pt of the DC family.",

  accepts(files) {
    if (!files.some(({ path }) => NAME.test(path))) return declined("there is no .pt among them");
    const other = files.find(({ path }) => !NAME.test(path) && !isManifest(path));
    return other ? declined(`${baseName(other.path)} is no .pt`) : accepted;
  },

  inspect: async (files, context) => inspectArrays(files, await openPtFiles(files, context.signal), context),

  async *read(files, facts, context) {
    yield* readArrays(files, await openPtFiles(files, context.signal), facts, context);
  },
});

/** @throws UserError when a file is damaged or holds something else */
export async function openPtFiles(files: readonly PickedFile[], signal: AbortSignal): Promise<ArraySet> {
  const own = files.filter(({ path }) => NAME.test(path));
  const splits = splitsOfPaths(own.map(({ path }) => path));
  const isPerSplit = new Set(splits).size > 1;
  const tensors = new Map<string, { tensor: PtTensor; where: string }>();
  const notes: string[] = [];
  for (const [i, file] of own.entries()) {
    signal.throwIfAborted();
    for (const [key, tensor] of await tensorsOf(file, arrayKey(file.path, own), notes)) {
      const name = isPerSplit && !key.includes(splits[i]!) ? `${splits[i]!}_${key}` : key;
      if (tensors.has(name))
        throw new UserError(`Two of the files hold "${name}".`, "Drop the files of one dataset at a time.");
      tensors.set(name, { tensor, where: `${file.path}, ${key}` });
    }
  }
  const arrays = new Map(
    [...tensors].map(([name, { tensor, where }]) => [name, sourceOf(tensor, name, where)] as const),
  );
  const name = own.length === 1 ? stem(own[0]!.path) : setName(own);
  return {
    file: own.length === 1 ? baseName(own[0]!.path) : name,
    name,
    arrays,
    prefersPlanes: true,
    ...(await manifestBeside(files)),
    notes,
  };
}

/** All tensors of a file, by name. @throws UserError when it holds something else */
async function tensorsOf(
  { file, path }: PickedFile,
  key: string,
  notes: string[],
): Promise<[string, PtTensor][]> {
  if (file.size > MAX_FILE)
    throw new UserError(
      `${path} has ${Math.round(file.size / 2 ** 20)} MiB: a .pt is read whole, up to ${MAX_FILE / 2 ** 20} MiB.`,
      "Save large sets as .npz or .safetensors, which are read piece by piece.",
    );
  const value = decodePt(new Uint8Array(await file.arrayBuffer()), path);
  if (value instanceof PtTensor) return [[key, value]];
  if (typeof value === "number") return [[key, new PtTensor([], "float64", Float64Array.of(value))]]; // a rate
  if (isTensorPair(value)) return pairOf(value);
  if (!(value instanceof Map))
    throw new UserError(
      `${path} holds no tensors of images and labels.`,
      "Save them as images.pt and labels.pt.",
    );
  const data: unknown = value.get("data");
  if (Array.isArray(data) && data.length > 0 && data.every(isTensorPair)) {
    if (data.length > 1)
      notes.push(`${baseName(path)} holds ${data.length} sets, one per experiment: the last was taken.`);
    return pairOf(data.at(-1)!);
  }
  return [...(value as Map<PickleValue, PickleValue>)].flatMap(([name, own]): [string, PtTensor][] =>
    typeof name === "string" && own instanceof PtTensor ? [[name, own]] : [],
  );
}

type TensorPair = [PtTensor, PtTensor, ...unknown[]];

/** Images and labels, as `torch.save((images, labels), …)` and the DC family have them. */
const isTensorPair = (value: unknown): value is TensorPair =>
  Array.isArray(value) && value.length >= 2 && value.slice(0, 2).every((own) => own instanceof PtTensor);

const pairOf = ([images, labels]: TensorPair): [string, PtTensor][] => [
  ["images", images],
  ["labels", labels],
];

function sourceOf({ shape, dtype, data }: PtTensor, name: string, where: string): SourceArray {
  const open = () => Promise.resolve(new ByteReader(new Blob([data]).stream(), where));
  return { name, where, shape, kind: dtype, open };
}
