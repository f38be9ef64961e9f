/**
 * What classes an import ends with, and how many images each has: the same sums for the balance that the dialog shows
 * and for the import that carries them out.
 */
import type { Split } from "./dataset";
import type { ImportChoices } from "./importChoices";

/** What is known of the files: `counts` images per class and split. */
export interface FoundClasses {
  classNames: readonly string[];
  counts: Record<Split, readonly number[]>;
  hasTestSplit: boolean;
}

export interface ImportedClasses {
  classNames: string[];
  /** The new index of each class of the files, null for one that is left out. */
  labels: (number | null)[];
  /** Images per new class, before a limit. */
  available: Record<Split, number[]>;
  /** Images per new class that are imported. */
  counts: Record<Split, number[]>;
}

type Choices = Pick<ImportChoices, "testShare" | "classes" | "most">;

/** @param before classes that are there already and keep their index; one of the files with such a name joins it */
export function importedClasses(
  { classNames, counts, hasTestSplit }: FoundClasses,
  { testShare, classes, most }: Choices,
  before: readonly string[] = [],
): ImportedClasses {
  const named = namesOf(classes ?? classNames, before, classes !== undefined);
  const available = { train: zeros(named.classNames), test: zeros(named.classNames) };
  named.labels.forEach((label, found) => {
    if (label === null) return;
    const train = counts.train[found]!;
    const drawn = hasTestSplit ? counts.test[found]! : testCount(train, testShare);
    available.train[label]! += hasTestSplit ? train : train - drawn;
    available.test[label]! += drawn;
  });
  const limited = (split: Split) => available[split].map((count) => Math.min(count, most?.[split] ?? count));
  return { ...named, available, counts: { train: limited("train"), test: limited("test") } };
}

/** Images of a class of `count` that become test images: at least one of two, never all. */
export function testCount(count: number, share: number): number {
  const wanted = Math.max(Math.round(count * share), share > 0 ? 1 : 0);
  return Math.max(0, Math.min(wanted, count - 1));
}

const zeros = (names: readonly string[]) => names.map(() => 0);

/** @param merges whether two of the files' classes with one name become one */
function namesOf(
  names: readonly (string | null)[],
  before: readonly string[],
  merges: boolean,
): Pick<ImportedClasses, "classNames" | "labels"> {
  const classNames = [...before];
  const known = new Map(before.map((name, label) => [name, label]));
  const labels = names.map((name) => {
    if (name === null) return null;
    const same = known.get(name);
    if (same !== undefined && (merges || same < before.length)) return same;
    known.set(name, classNames.length);
    return classNames.push(name) - 1;
  });
  return { classNames, labels };
}
