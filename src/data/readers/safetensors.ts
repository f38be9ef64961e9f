/**
 * safetensors files with images and labels: both in one file, in a file per split, or each in its own. The metadata, or
 * a manifest.json beside them, may tell names and normalisation.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ByteReader } from "../codecs/byteReader";
import { SafetensorsFile, type SafetensorsDtype } from "../codecs/safetensors";
import { setName } from "./arrays/arrayFiles";
import { isManifest, manifestBeside, toldBy, type Told } from "./arrays/besideManifest";
import { inspectArrays, readArrays, type ArraySet } from "./arrays/labelledArrays";
import type { NumberKind, SourceArray } from "./arrays/sourceArray";
import { baseName } from "./filePaths";
import { accepted, declined, defineReader } from "./reader";
import { splitsOfPaths } from "./splitNames";

const NAME = /\.safetensors$/i;
const KINDS: Record<SafetensorsDtype, NumberKind> = {
  U8: "uint8",
  I64: "int64",
  F16: "float16",
  F32: "float32",
};

export default defineReader({
  id: "safetensors",
  label: "safetensors",
  about: "A .safetensors file with images and labels, or one per split.",

  accepts(files) {
    if (!files.some(({ path }) => NAME.test(path))) return declined("there is no .safetensors among them");
    const other = files.find(({ path }) => !NAME.test(path) && !isManifest(path));
    return other ? declined(`${baseName(other.path)} is no .safetensors`) : accepted;
  },

  inspect: async (files, context) => inspectArrays(files, await openSafetensors(files), context),

  async *read(files, facts, context) {
    yield* readArrays(files, await openSafetensors(files), facts, context);
  },
});

/** @throws UserError when a file is damaged */
export async function openSafetensors(files: readonly PickedFile[]): Promise<ArraySet> {
  const own = files.filter(({ path }) => NAME.test(path));
  const splits = splitsOfPaths(own.map(({ path }) => path));
  const isPerSplit = new Set(splits).size > 1;
  const arrays = new Map<string, SourceArray>();
  let told = await manifestBeside(files);
  for (const [i, { file, path }] of own.entries()) {
    const opened = await SafetensorsFile.open(file, path);
    told = better(told, toldBy(parsed(opened.metadata)));
    for (const [key, { dtype, shape, offset, bytes }] of opened.tensors) {
      const name = isPerSplit && !key.includes(splits[i]!) ? `${splits[i]!}_${key}` : key;
      if (arrays.has(name))
        throw new UserError(`Two of the files hold "${name}".`, "Drop the files of one dataset at a time.");
      const where = `${path}, ${key}`;
      const open = () => Promise.resolve(new ByteReader(file.slice(offset, offset + bytes).stream(), where));
      arrays.set(name, { name, where, shape, kind: KINDS[dtype], open });
    }
  }
  const name = own.length === 1 ? setName([{ ...own[0]!, path: baseName(own[0]!.path) }]) : setName(own);
  return {
    file: own.length === 1 ? baseName(own[0]!.path) : name,
    name,
    arrays,
    prefersPlanes: true,
    ...told,
    notes: [],
  };
}

/** What is told twice is taken from the first. */
const better = (first: Told, second: Told): Told => ({
  normalisation: first.normalisation ?? second.normalisation,
  classNames: first.classNames.length > 0 ? first.classNames : second.classNames,
});

/** Metadata are texts; those of lists are JSON. */
function parsed(metadata: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([key, text]): [string, unknown][] => {
      try {
        return [[key, JSON.parse(text)]];
      } catch {
        return [];
      }
    }),
  );
}
