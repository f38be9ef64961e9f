/**
 * NumPy files that belong together: images.npy and labels.npy, x_train.npy and y_train.npy, or a pair in a folder per
 * split; a manifest.json beside them may tell names and normalisation.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ByteReader } from "../codecs/byteReader";
import { npyKind, readNpyHeader } from "../codecs/npyStream";
import { arrayKey, setName } from "./arrays/arrayFiles";
import { isManifest, manifestBeside } from "./arrays/besideManifest";
import { inspectArrays, readArrays, type ArraySet } from "./arrays/labelledArrays";
import { itemBytes, product, type SourceArray } from "./arrays/sourceArray";
import { baseName } from "./filePaths";
import { accepted, declined, defineReader } from "./reader";

const NAME = /\.npy$/i;

export default defineReader({
  id: "npy",
  label: "NumPy arrays (.npy)",
  about: "images.npy with labels.npy, or x_train.npy, y_train.npy, x_test.npy and y_test.npy.",

  accepts(files) {
    if (!files.some(({ path }) => NAME.test(path))) return declined("there is no .npy among them");
    const other = files.find(({ path }) => !NAME.test(path) && !isManifest(path));
    return other ? declined(`${baseName(other.path)} is no .npy`) : accepted;
  },

  inspect: async (files, context) => inspectArrays(files, await openNpyFiles(files, context.signal), context),

  async *read(files, facts, context) {
    yield* readArrays(files, await openNpyFiles(files, context.signal), facts, context);
  },
});

/** @throws UserError when a file is damaged */
export async function openNpyFiles(files: readonly PickedFile[], signal: AbortSignal): Promise<ArraySet> {
  const arrays = new Map<string, SourceArray>();
  const own = files.filter(({ path }) => NAME.test(path));
  for (const file of own) {
    signal.throwIfAborted();
    const key = arrayKey(file.path, own);
    if (arrays.has(key))
      throw new UserError(`There are two files ${key}.npy.`, "Drop the files of one dataset at a time.");
    arrays.set(key, await arrayOf(file, key));
  }
  return {
    file: own.length === 1 ? baseName(own[0]!.path) : setName(own),
    name: setName(own),
    arrays,
    prefersPlanes: false,
    ...(await manifestBeside(files)),
    notes: [],
  };
}

async function arrayOf({ file, path }: PickedFile, name: string): Promise<SourceArray> {
  const header = new ByteReader(file.stream(), path);
  const { shape, dtype, offset } = await readNpyHeader(header, path).finally(() => header.cancel());
  const kind = npyKind(dtype);
  const announced = product(shape) * itemBytes(kind);
  if (announced !== file.size - offset)
    throw new UserError(
      `${path} announces ${announced} bytes of values and has ${file.size - offset}.`,
      "Copy or save it again.",
    );
  const open = () => Promise.resolve(new ByteReader(file.slice(offset).stream(), path));
  return { name, where: path, shape, kind, open };
}
