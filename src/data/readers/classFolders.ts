/**
 * What folders say of pictures: `[wrapper/][train|test|val/]class/…/file`. A single folder around everything is
 * seen through; `train`, `test` and `val` on top are splits; the next folder is the class, however deep the file
 * lies below it.
 */
import { UserError } from "@/shared/errors";
import { baseName, isImageName, sortedNames } from "./filePaths";
import { refuseTooMany } from "./labelClasses";
import { finalSplit, type ReaderItem, type SourceSplit } from "./reader";

export interface FolderLayout {
  /** The folder around everything, "" when there is none. */
  wrapper: string;
  classNames: string[];
  counts: Record<SourceSplit, number[]>;
  /** The pictures, by index into the paths given, in the order of the paths. */
  images: { index: number; split: SourceSplit; label: number }[];
  skipped: Extract<ReaderItem, { kind: "skipped" }>[];
}

const SPLITS = new Map<string, SourceSplit>([
  ["train", "train"],
  ["training", "train"],
  ["test", "test"],
  ["testing", "test"],
  ["val", "val"],
  ["valid", "val"],
  ["validation", "val"],
]);
const splitNamed = (folder = ""): SourceSplit | undefined => SPLITS.get(folder.toLowerCase());

/**
 * Finds splits and classes.
 * @param refusal why path `index` is left out whatever it is, "" for none; asked once per path, in order
 */
export function readFolders(paths: readonly string[], refusal?: (index: number) => string): FolderLayout {
  const skipped: FolderLayout["skipped"] = [];
  const skip = (path: string, reason: string) => skipped.push({ kind: "skipped", path, reason });
  const pictures: { index: number; folders: string[] }[] = [];
  paths.forEach((path, index) => {
    const refused = refusal?.(index) ?? "";
    if (refused) skip(path, refused);
    else if (!isImageName(path)) skip(path, notAnImage(path));
    else pictures.push({ index, folders: path.split("/").slice(0, -1).filter(isFolder) });
  });

  const wrapper = stripWrappers(pictures);
  const hasSplits = stripSplits(pictures);
  const placed: { index: number; split: SourceSplit; className: string }[] = [];
  for (const { index, folders } of pictures) {
    const split = hasSplits ? splitNamed(folders[0]) : "train";
    const className = folders[hasSplits ? 1 : 0];
    if (split === undefined) skip(paths[index]!, "outside of the split folders (train, test, val)");
    else if (className === undefined) skip(paths[index]!, "not in a class folder");
    else placed.push({ index, split, className });
  }

  const learnable = learnableClasses(placed);
  refuseTooMany(learnable.size);
  const classNames = sortedNames(learnable);
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const zeros = () => new Array<number>(classNames.length).fill(0);
  const counts = { train: zeros(), test: zeros(), val: zeros() };
  const images: FolderLayout["images"] = [];
  for (const { index, split, className } of placed) {
    const label = labels.get(className);
    if (label === undefined) {
      skip(paths[index]!, "its class has no images to train on");
    } else {
      counts[split][label]!++;
      images.push({ index, split, label });
    }
  }
  return { wrapper, classNames, counts, images, skipped };
}

/** @throws UserError when there is nothing to learn: no pictures, no class folders */
export function refuseUnlabelled(layout: FolderLayout, where: string): void {
  if (layout.images.length > 0) return;
  const loose = layout.skipped.filter(({ reason }) => reason === "not in a class folder");
  if (loose.length > 0) {
    throw new UserError(
      `${where} has no labels: ${loose.length} images lie in no class folder (${baseName(loose[0]!.path)}, …).`,
      "Put the images of each class into a folder of its name: cats/1.png, dogs/1.png.",
    );
  }
  const first = layout.skipped[0];
  throw new UserError(
    `${where} holds no images${first ? `: ${layout.skipped.length} files were left out (${first.path}: ${first.reason})` : ""}.`,
    "PNG, JPEG, GIF, WebP and BMP files in class folders are read.",
  );
}

/** Classes with images that will be in the training split (`finalSplit`). */
function learnableClasses(images: readonly { split: SourceSplit; className: string }[]): Set<string> {
  const present = new Set(images.map(({ split }) => split));
  const training = images.filter(({ split }) => finalSplit(split, present.has("test")) === "train");
  return new Set(training.map(({ className }) => className));
}

const isFolder = (part: string) => part !== "" && part !== ".";

/** Drops the folders that are around everything. @returns the innermost of them */
function stripWrappers(pictures: { folders: string[] }[]): string {
  let wrapper = "";
  for (;;) {
    const top = pictures[0]?.folders[0];
    const around =
      top !== undefined &&
      splitNamed(top) === undefined &&
      pictures.every(({ folders }) => folders[0] === top) &&
      pictures.some(({ folders }) => folders.length > 1);
    if (!around) return wrapper;
    wrapper = top;
    for (const { folders } of pictures) folders.shift();
  }
}

/**
 * Whether the top folders are splits: all of them are named so and have class folders inside, or there is a train
 * split beside a test or val split. One split alone is no split: it is dropped.
 */
function stripSplits(pictures: { folders: string[] }[]): boolean {
  const tops = new Set<string>();
  const withClasses = new Set<SourceSplit>();
  for (const { folders } of pictures) {
    if (folders[0] !== undefined) tops.add(folders[0]);
    const split = folders.length > 1 ? splitNamed(folders[0]) : undefined;
    if (split) withClasses.add(split);
  }
  const allSplits = tops.size > 0 && [...tops].every((top) => splitNamed(top) !== undefined);
  const pair = withClasses.has("train") && withClasses.size > 1;
  if (!pair && !(allSplits && withClasses.size > 0)) return false;
  if (withClasses.size > 1) return true;
  for (const { folders } of pictures) if (folders.length > 0) folders.shift();
  return false;
}

function notAnImage(path: string): string {
  const extension = /\.[A-Za-z0-9]+$/.exec(path)?.[0] ?? "";
  if (/^\.(tiff?|heic|heif|avif|svg|psd|ppm|pgm|jp2|ico)$/i.test(extension)) {
    return `${extension} pictures are not read here: save it as PNG`;
  }
  return `not an image${extension && ` (${extension})`}`;
}
