/**
 * Formats that store a number per image (IDX, npz) have no class names: the classes are the numbers that occur,
 * in order. EMNIST letters start at 1, so the numbers themselves are no indices.
 */
import { UserError } from "@/shared/errors";
import type { SourceSplit } from "./reader";

/** Labels are stored as uint16. */
export const MAX_CLASSES = 65_536;

export interface LabelClasses {
  classNames: string[];
  counts: Record<SourceSplit, number[]>;
  /** The class index of each stored number. */
  indexOf: Map<number, number>;
}

/** @param labels the stored numbers of each split @throws UserError for too many classes */
export function classesOf(labels: Partial<Record<SourceSplit, ArrayLike<number>>>): LabelClasses {
  const counted = new Map<number, Record<SourceSplit, number>>();
  for (const split of ["train", "test", "val"] as const) {
    const own = labels[split] ?? [];
    for (let i = 0; i < own.length; i++) {
      let count = counted.get(own[i]!);
      if (!count) counted.set(own[i]!, (count = { train: 0, test: 0, val: 0 }));
      count[split]++;
    }
    refuseTooMany(counted.size);
  }
  const numbers = [...counted.keys()].sort((a, b) => a - b);
  const per = (split: SourceSplit) => numbers.map((number) => counted.get(number)![split]);
  return {
    classNames: numbers.map(String),
    counts: { train: per("train"), test: per("test"), val: per("val") },
    indexOf: new Map(numbers.map((number, index) => [number, index])),
  };
}

/** More images, or larger ones, are announced by broken and hostile headers only. */
const MAX_IMAGES = 20_000_000;
const MAX_RAW_SIDE = 4096;

/** @throws UserError when a header announces what cannot be */
export function refuseAbsurd(count: number, height: number, width: number, where: string): void {
  if (count <= MAX_IMAGES && height <= MAX_RAW_SIDE && width <= MAX_RAW_SIDE) return;
  throw new UserError(
    `${where} announces ${count} images of ${width} × ${height} pixels.`,
    `At most ${MAX_IMAGES.toLocaleString("en")} images of ${MAX_RAW_SIDE} × ${MAX_RAW_SIDE} are read; the file may be broken.`,
  );
}

/** @throws UserError when labels could not be stored */
export function refuseTooMany(classes: number): void {
  if (classes > MAX_CLASSES) {
    throw new UserError(
      `More than ${MAX_CLASSES.toLocaleString("en")} classes were found.`,
      "The folder or label of each image is its class: check that they are not names of single images.",
    );
  }
}
