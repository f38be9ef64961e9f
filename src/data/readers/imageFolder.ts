/** Loose pictures in class folders, as a dropped folder or a folder picker hands them over. */
import type { PickedFile } from "@/shared/importing";
import { inPathOrder } from "./archiveNames";
import { readFolders, refuseUnlabelled } from "./classFolders";
import { isImageName } from "./filePaths";
import { surveyImages } from "./imageSurvey";
import { tooLarge } from "./pictureSize";
import { accepted, declined, defineReader } from "./reader";

/** Where the size stands in nearly every picture, behind EXIF data and colour profiles. */
const HEAD_BYTES = 256 * 1024;
/** Small files wait for the disk more than for anything else. */
const READ_AHEAD = 16;
const BYTES_AHEAD = 16 * 2 ** 20;

export default defineReader({
  id: "imageFolder",
  label: "Images in class folders",
  about: "PNG, JPEG, GIF, WebP and BMP files in a folder per class, with train and test on top or without.",

  accepts(files) {
    return files.some(({ path }) => isImageName(path))
      ? accepted
      : declined("there are no images among them");
  },

  async inspect(files, context) {
    const sorted = inPathOrder(files);
    const layout = foldersOf(sorted);
    refuseUnlabelled(layout, "The folder");
    const { wrapper, classNames, counts, images } = layout;
    const head = (i: number) =>
      sorted[images[i]!.index]!.file.slice(0, HEAD_BYTES)
        .arrayBuffer()
        .then(
          (buffer) => new Uint8Array(buffer),
          () => null,
        );
    const survey = await surveyImages(images.length, head, context);
    return { name: wrapper || "images", classNames, counts, ...survey, notes: [] };
  },

  async *read(files, _facts, { signal }) {
    const sorted = inPathOrder(files);
    const { images, skipped } = foldersOf(sorted);
    yield* skipped;
    const ahead: { size: number; bytes: Promise<Uint8Array<ArrayBuffer> | null> }[] = [];
    let bytesAhead = 0;
    let next = 0;
    for (const { index, split, label } of images) {
      signal.throwIfAborted();
      while (
        next < images.length &&
        (ahead.length === 0 || (ahead.length < READ_AHEAD && bytesAhead < BYTES_AHEAD))
      ) {
        const { file } = sorted[images[next++]!.index]!;
        ahead.push({ size: file.size, bytes: bytesOf(file) });
        bytesAhead += file.size;
      }
      const first = ahead.shift()!;
      const bytes = await first.bytes;
      bytesAhead -= first.size;
      const { path } = sorted[index]!;
      if (bytes) yield { kind: "image", split, label, path, bytes };
      else yield { kind: "skipped", path, reason: "the file could not be read; was it moved or deleted?" };
    }
  },
});

const foldersOf = (files: readonly PickedFile[]) =>
  readFolders(
    files.map(({ path }) => path),
    (i) => tooLarge(files[i]!.file.size),
  );

const bytesOf = (file: Blob) =>
  file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => null,
  );
