/** The names of arrays that lie in files of their own. */
import type { PickedFile } from "@/shared/importing";
import { baseName, stem } from "../filePaths";
import { splitOfPath } from "../splitNames";

/** "images" of images.npy; "test_images" where folders tell the splits: test/images.npy beside train/images.npy. */
export function arrayKey(path: string, files: readonly PickedFile[]): string {
  const own = stem(path);
  const isAlone = files.filter((file) => stem(file.path) === own).length === 1;
  const split = isAlone ? undefined : splitOfPath(path.slice(0, -baseName(path).length));
  return split === undefined ? own : `${split}_${own}`;
}

/** The folder that the files lie in, or what they are called. */
export function setName(files: readonly PickedFile[]): string {
  const { path } = files[0]!;
  return path.split("/").at(-2) ?? (files.length === 1 ? stem(path) : "arrays");
}
