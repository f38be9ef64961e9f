/**
 * NumPy archives: `train_images`/`train_labels` with `val_…` and `test_…` (MedMNIST), `x_train`/`y_train` with
 * `x_test`/`y_test` (Keras), or one pair `images`/`labels`, `x`/`y`. Images are [n, height, width] with 1 or 3 channels
 * behind, in front or none, of bytes or of other numbers (arrays/brightness.ts); a manifest.json beside it may tell names
 * and normalisation. Streamed: the arrays may be larger than memory.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ByteReader } from "../codecs/byteReader";
import { npyKind, readNpyHeader } from "../codecs/npyStream";
import { entryRefusal, readZipDirectory, ZipContents, type ZipEntry } from "../codecs/zip";
import { isManifest, manifestBeside } from "./arrays/besideManifest";
import { inspectArrays, readArrays, type ArraySet } from "./arrays/labelledArrays";
import { itemBytes, product, type SourceArray } from "./arrays/sourceArray";
import { baseName, stem } from "./filePaths";
import { accepted, declined, defineReader } from "./reader";

const NAME = /\.npz$/i;

export default defineReader({
  id: "npz",
  label: "NumPy archive (.npz)",
  about: "MedMNIST archives and others with x_train, y_train or images, labels.",

  accepts(files) {
    if (!files.some(({ path }) => NAME.test(path))) return declined("there is no .npz among them");
    const others = files.filter(({ path }) => !isManifest(path));
    return others.length === 1 ? accepted : declined("an .npz is imported alone, one at a time");
  },

  inspect: async (files, context) => inspectArrays(files, await openArchive(files, context.signal), context),

  async *read(files, facts, context) {
    yield* readArrays(files, await openArchive(files, context.signal), facts, context);
  },
});

/** @throws UserError when the archive is damaged */
export async function openArchive(files: readonly PickedFile[], signal: AbortSignal): Promise<ArraySet> {
  const { file, path } = files.find((own) => NAME.test(own.path))!;
  const name = baseName(path);
  const entries = await readZipDirectory(file, name, signal);
  const contents = new ZipContents(file, name);
  const arrays = new Map<string, SourceArray>();
  for (const entry of entries) {
    signal.throwIfAborted();
    const key = entry.path.replace(/\.npy$/, "");
    if (arrays.has(key))
      throw new UserError(`${name} holds two arrays of the same name.`, "Save it again with np.savez.");
    arrays.set(key, await arrayOf(contents, entry, key, name));
  }
  return {
    file: name,
    name: stem(name),
    arrays,
    prefersPlanes: false,
    ...(await manifestBeside(files)),
    notes: [],
  };
}

async function arrayOf(
  contents: ZipContents,
  entry: ZipEntry,
  name: string,
  archive: string,
): Promise<SourceArray> {
  const where = `${archive}, ${entry.path}`;
  const refusal = entryRefusal({ ...entry, size: 0, compressedSize: 0 }); // large ones are streamed
  if (refusal) throw new UserError(`${where} is ${refusal}.`, "Save it again with np.savez.");
  const open = async () => new ByteReader(await contents.open(entry), where);
  const reader = await open();
  const { shape, dtype, offset } = await readNpyHeader(reader, where).finally(() => reader.cancel());
  const kind = npyKind(dtype);
  const announced = product(shape) * itemBytes(kind);
  if (announced !== entry.size - offset)
    throw new UserError(
      `${where} announces ${announced} bytes of values and has ${entry.size - offset}.`,
      "Download or save it again.",
    );
  return {
    name,
    where,
    shape,
    kind,
    open: async () => {
      const values = await open();
      await values.read(offset);
      return values;
    },
  };
}
