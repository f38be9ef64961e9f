/** Pictures that lie loose or in a zip, by index: the same for a reader that labels them by something beside them. */
import type { PickedFile } from "@/shared/importing";
import { growthRefusal } from "../codecs/gzip";
import { entryRefusal, readZipDirectory, ZipContents } from "../codecs/zip";
import { inPathOrder } from "./archiveNames";
import { baseName, isJunk, unsafePath } from "./filePaths";
import { tooLarge } from "./pictureSize";
import type { ReaderContext } from "./reader";

/** Where it begins to matter how much a picture in a zip grows. */
const FREE_GROWTH = 8 * 2 ** 20;

export interface PictureFiles {
  /** In the order in which they are best read. */
  paths: readonly string[];
  /** Why picture `index` is left out, "" when it can be read. */
  refusal: (index: number) => string;
  /** Its bytes, or why there are none. */
  read: (index: number) => Promise<Uint8Array<ArrayBuffer> | string>;
}

export const isZipName = (path: string): boolean => /\.zip$/i.test(path);

/** Of one zip, or of loose files. @throws UserError when the zip is damaged */
export async function openPictureFiles(
  files: readonly PickedFile[],
  { signal, onProgress }: ReaderContext,
): Promise<PictureFiles> {
  const zip = files.find(({ path }) => isZipName(path));
  return zip ? openZip(zip, signal, onProgress) : openLoose(files);
}

function openLoose(files: readonly PickedFile[]): PictureFiles {
  const sorted = inPathOrder(files);
  return {
    paths: sorted.map(({ path }) => path),
    refusal: (index) => tooLarge(sorted[index]!.file.size),
    read: (index) =>
      sorted[index]!.file.arrayBuffer().then(
        (buffer) => new Uint8Array(buffer),
        () => "the file could not be read; was it moved or deleted?",
      ),
  };
}

async function openZip(
  { file, path }: PickedFile,
  signal: AbortSignal,
  onProgress: ReaderContext["onProgress"],
): Promise<PictureFiles> {
  const name = baseName(path);
  const all = await readZipDirectory(file, name, signal, onProgress);
  const entries = all.filter((entry) => !isJunk(entry.path));
  const contents = new ZipContents(file, name);
  return {
    paths: entries.map((entry) => entry.path),
    refusal: (index) => {
      const entry = entries[index]!;
      return (
        unsafePath(entry.path) ||
        entryRefusal(entry) ||
        growthRefusal(entry.compressedSize, entry.size, FREE_GROWTH)
      );
    },
    read: (index) => contents.read(entries[index]!),
  };
}
