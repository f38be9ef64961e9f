/** A first look at dropped files: which reader takes them, and what it proposes. Stores nothing. */
import type { Split } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ImportPlan, ImportProgress, PickedFile } from "@/shared/importing";
import { plainText } from "@/shared/plainText";
import { readers } from "./readers";
import { isJunk } from "./readers/filePaths";
import {
  finalSplit,
  type Classes,
  type Reader,
  type ReaderContext,
  type ReaderFacts,
  type SourceSplit,
} from "./readers/reader";
import { ProgressMeter } from "./progressMeter";

/** Images that differ in size are brought to at most this, unless the person says otherwise. */
const DEFAULT_SIZE = 64;
/** Letters of a name that are kept. */
export const MAX_NAME = 100;

/** Files that a reader has looked at; `plan` is what the page needs of it. */
export interface InspectedFiles {
  reader: Reader;
  files: readonly PickedFile[];
  facts: ReaderFacts;
  plan: ImportPlan;
}

export interface InspectOptions {
  signal: AbortSignal;
  onProgress: (progress: ImportProgress) => void;
  /** Milliseconds on any clock that only goes forwards. */
  clock: () => number;
  /** Whether there is a dataset to add the files to: then they may be of one class. */
  mayAdd?: boolean;
}

/** @throws UserError when no reader takes the files, or the one that does finds no dataset in them */
export async function inspectFiles(
  picked: readonly PickedFile[],
  options: InspectOptions,
): Promise<InspectedFiles> {
  const files = picked.filter(({ path }) => !isJunk(path));
  const { signal, onProgress, clock, mayAdd = false } = options;
  const reader = await pickReader(files, { signal });
  let meter: ProgressMeter | null = null;
  const found = await reader.inspect(files, {
    signal,
    onProgress: (done, total) => {
      meter ??= new ProgressMeter({ phase: "scanning", unit: "files", total, clock, onProgress });
      meter.update(done);
    },
  });
  signal.throwIfAborted();
  const facts: ReaderFacts = {
    ...found,
    name: plainText(found.name, MAX_NAME),
    classNames: plainNames(found),
    ...(found.labellings && {
      labellings: found.labellings.map((own) => ({ ...own, classNames: plainNames(own) })),
    }),
  };
  if (facts.classNames.length === 0) {
    throw new UserError(`${files[0]!.path} holds no images.`, "Choose files with images and their labels.");
  }
  if (facts.classNames.length === 1 && !mayAdd) {
    throw new UserError(
      `"${facts.name}" has one class only: ${facts.classNames[0]}.`,
      "A dataset needs two classes at least: drop the folder that holds all class folders.",
    );
  }
  return { reader, files, facts, plan: planOf(reader, facts) };
}

const plainNames = ({ classNames }: Classes): string[] => classNames.map((name) => plainText(name, MAX_NAME));

/**
 * The reader that takes these files: one that looked into them before one that went by their names.
 * @throws UserError that tells why each one does not
 */
async function pickReader(files: readonly PickedFile[], context: ReaderContext): Promise<Reader> {
  if (files.length === 0) {
    throw new UserError("There are no files to import.", "Drop a folder, a zip or the files of a dataset.");
  }
  const reasons: string[] = [];
  let byName: Reader | null = null;
  for (const reader of readers.values()) {
    let acceptance = reader.accepts(files);
    if (acceptance.accepts && reader.recognise) {
      acceptance = await reader.recognise(files, context);
      if (acceptance.accepts) return reader;
    }
    if (acceptance.accepts) byName ??= reader;
    else reasons.push(`${reader.label}: ${acceptance.why}`);
  }
  if (byName) return byName;
  const names = files.slice(0, 3).map(({ path }) => path);
  throw new UserError(
    `No format that is known fits ${names.join(", ")}${files.length > 3 ? `, … (${files.length} files)` : ""}.`,
    `Tried ${reasons.join("; ")}.`,
  );
}

/** Whether the files have a test split already. */
export const hasTestSplit = ({ counts }: Classes): boolean =>
  [...counts.test, ...counts.val].some((count) => count > 0);

/** Images per class and final split, as the files have them. */
export function finalCounts({ counts }: Classes): Record<Split, number[]> {
  const hasTest = counts.test.some((count) => count > 0);
  const final = { train: counts.train.map(() => 0), test: counts.train.map(() => 0) };
  for (const split of Object.keys(counts) as SourceSplit[]) {
    counts[split].forEach((count, label) => (final[finalSplit(split, hasTest)][label]! += count));
  }
  return final;
}

function planOf(reader: Reader, facts: ReaderFacts): ImportPlan {
  const { name, classNames, sizes, sampled, channels } = facts;
  const common = sizes[0] ?? { width: 32, height: 32 };
  const scale = sizes.length > 1 ? Math.min(1, DEFAULT_SIZE / Math.max(common.width, common.height)) : 1;
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  return {
    readerId: reader.id,
    readerLabel: reader.label,
    name,
    classNames,
    counts: finalCounts(facts),
    sizes,
    sampled,
    channels,
    size: { width: side(common.width), height: side(common.height) },
    hasTestSplit: hasTestSplit(facts),
    labellings: (facts.labellings ?? []).map((own) => ({
      id: own.id,
      label: own.label,
      classNames: own.classNames,
      counts: finalCounts(own),
    })),
    notes: facts.notes,
  };
}
