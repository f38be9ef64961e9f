/**
 * The contract of a reader: a format of labelled images, and how it becomes a stream of images. A reader looks
 * first (`inspect`) and reads later (`read`); both hold no more than a few images at a time. It decodes no
 * pictures: what is encoded (PNG, JPEG, …) is passed on as bytes.
 */
import type { ImageShape, Split } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";

/** A split as the files have it. */
export type SourceSplit = Split | "val";

/**
 * Where a split of the files ends up: validation images are there to be learned from when there is a test split,
 * and are the test split when there is none.
 */
export function finalSplit(split: SourceSplit, hasTest: boolean): Split {
  if (split !== "val") return split;
  return hasTest ? "train" : "test";
}

export interface ReaderContext {
  /** Reading stops with its reason once it is aborted. */
  signal: AbortSignal;
  /** Files looked at so far, of `total` (0 when it is not known). */
  onProgress?: (done: number, total: number) => void;
}

/** Which classes there are, and how many images each has. */
export interface Classes {
  classNames: string[];
  /** Images per class. */
  counts: Record<SourceSplit, number[]>;
  /** The class of each label as the files write it, where that is no class index. */
  indexOf?: ReadonlyMap<string, number>;
}

/** One of several ways in which files label the same images: the fine and the coarse classes of CIFAR-100. */
export interface Labelling extends Classes {
  id: string;
  /** As the import dialog calls it: "Fine labels". */
  label: string;
}

/** What a first look finds. */
export interface ReaderFacts extends Classes {
  /** A name for the dataset. */
  name: string;
  /** Two or more where the person may choose; the first is what `classNames` and `counts` say. */
  labellings?: Labelling[];
  /** The id of the one that was chosen. */
  labelling?: string;
  /** Sizes seen, most common first, among `sampled` images. */
  sizes: { width: number; height: number; count: number }[];
  sampled: number;
  /** 1 when every image that was looked at is grey. */
  channels: 1 | 3;
  /** Things worth knowing, for the report. */
  notes: string[];
}

export type ReaderItem =
  /** Raw images of one size: `pixels` uint8 [n, height, width, channels]. */
  | { kind: "pixels"; split: SourceSplit; shape: ImageShape; pixels: Uint8Array; labels: Uint16Array }
  /** One encoded image. */
  | { kind: "image"; split: SourceSplit; label: number; path: string; bytes: Uint8Array<ArrayBuffer> }
  /** A file that is left out, with the reason for the report. */
  | { kind: "skipped"; path: string; reason: string };

/** Whether a reader is for these files; if not, why, as the end of "Not read as IDX: …". */
export type Acceptance = { accepts: true } | { accepts: false; why: string };

export interface Reader {
  id: string;
  label: string;
  /** One sentence: what it reads. */
  about: string;
  /** Tells by the files' names alone; junk files (filePaths.ts) are left out already. */
  accepts(files: readonly PickedFile[]): Acceptance;
  /**
   * Looks into files whose names are accepted, where a name can mean several formats. What was looked into is taken
   * before what was judged by its name alone. @throws UserError when the files are damaged
   */
  recognise?(files: readonly PickedFile[], context: ReaderContext): Promise<Acceptance>;
  /** @throws UserError when the files cannot become a dataset */
  inspect(files: readonly PickedFile[], context: ReaderContext): Promise<ReaderFacts>;
  /**
   * All images in an order that depends on the files alone. @param facts of `inspect` on the same files
   * @throws UserError when the whole import must fail
   */
  read(files: readonly PickedFile[], facts: ReaderFacts, context: ReaderContext): AsyncIterable<ReaderItem>;
}

/** Checks a reader's type where it is written. */
export const defineReader = (reader: Reader): Reader => reader;

export const accepted: Acceptance = { accepts: true };
export const declined = (why: string): Acceptance => ({ accepts: false, why });

/** The facts with one of their labellings in force. @throws UserError when there is none of that id */
export function withLabelling(facts: ReaderFacts, id: string | undefined): ReaderFacts {
  if (id === undefined) return facts;
  const chosen = facts.labellings?.find((labelling) => labelling.id === id);
  if (!chosen) throw new UserError(`These files have no labels "${id}".`, "Choose the files again.");
  const { classNames, counts, indexOf } = chosen;
  return { ...facts, classNames, counts, labelling: id, ...(indexOf && { indexOf }) };
}
