/** A zip archive of pictures in class folders. */
import type { PickedFile } from "@/shared/importing";
import { growthRefusal } from "../codecs/gzip";
import { entryRefusal, readZipDirectory, ZipContents, type ZipEntry } from "../codecs/zip";
import { readFolders, refuseUnlabelled, type FolderLayout } from "./classFolders";
import { baseName, isJunk, stem, unsafePath } from "./filePaths";
import { surveyImages } from "./imageSurvey";
import { accepted, declined, defineReader, type ReaderContext } from "./reader";

/** The first look reads pictures far apart. */
const SURVEY_WINDOW = 8 * 1024;
/** Where it begins to matter how much a picture grows. */
const PICTURE_BYTES = 8 * 2 ** 20;

export default defineReader({
  id: "imageZip",
  label: "Zip of class folders",
  about: "A zip with a folder of pictures per class, with train and test on top or without.",

  accepts(files) {
    const zips = files.filter(({ path }) => /\.zip$/i.test(path));
    if (zips.length === 0) return declined("there is no .zip among them");
    return files.length === 1 ? accepted : declined("a zip is imported alone, one at a time");
  },

  async inspect([file], context) {
    const { zip, name, entries, layout } = await openArchive(file!, context);
    refuseUnlabelled(layout, name);
    const { wrapper, classNames, counts, images } = layout;
    const contents = new ZipContents(zip, name, SURVEY_WINDOW);
    const head = async (i: number) => {
      const bytes = await contents.read(entries[images[i]!.index]!);
      return typeof bytes === "string" ? null : bytes;
    };
    const survey = await surveyImages(images.length, head, context);
    return { name: wrapper || stem(name), classNames, counts, ...survey, notes: [] };
  },

  async *read([file], _facts, context) {
    const { zip, name, entries, layout } = await openArchive(file!, context);
    yield* layout.skipped;
    const contents = new ZipContents(zip, name);
    for (const { index, split, label } of layout.images) {
      context.signal.throwIfAborted();
      const { path } = entries[index]!;
      const bytes = await contents.read(entries[index]!);
      if (typeof bytes === "string") yield { kind: "skipped", path, reason: bytes };
      else yield { kind: "image", split, label, path, bytes };
    }
  },
});

interface Archive {
  zip: Blob;
  name: string;
  entries: ZipEntry[];
  layout: FolderLayout;
}

/** Archives that were looked at, as long as someone holds the file: the import need not list them again. */
const listed = new WeakMap<Blob, Archive>();

async function openArchive(
  { file, path }: PickedFile,
  { signal, onProgress }: ReaderContext,
): Promise<Archive> {
  const known = listed.get(file);
  if (known) return known;
  const name = baseName(path);
  const all = await readZipDirectory(file, name, signal, onProgress);
  const entries = all.filter((entry) => !isJunk(entry.path));
  const seen = new Set<string>();
  const refusal = (entry: ZipEntry): string => {
    if (seen.has(entry.path)) return "a second file of the same name in the archive";
    seen.add(entry.path);
    return (
      unsafePath(entry.path) ||
      entryRefusal(entry) ||
      growthRefusal(entry.compressedSize, entry.size, PICTURE_BYTES)
    );
  };
  const layout = readFolders(
    entries.map((entry) => entry.path),
    (i) => refusal(entries[i]!),
  );
  const archive = { zip: file, name, entries, layout };
  listed.set(file, archive);
  return archive;
}
