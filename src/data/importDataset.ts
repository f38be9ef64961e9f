/**
 * Files (or a sample that makes itself) → stored dataset and report. Everything is staged: a failure, a cancel or a
 * closed tab leaves the store as it was.
 */
import type { DatasetInfo, ImageShape, ImageSource, ImportRecord } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type {
  ImportChoices,
  ImportProgress,
  ImportReport,
  ImportResult,
  PickedFile,
  SkippedFile,
} from "@/shared/importing";
import type { ImageDecoder } from "./decode/imageDecoder";
import { finalCounts, hasTestSplit, type InspectedFiles } from "./importPlan";
import { checkedChoices, refuseTooFew, reportNotes } from "./importNotes";
import { afterHeld, imagesHeld, refuseOtherShape } from "./heldImages";
import { nextTurn } from "@/shared/nextTurn";
import { plainText } from "@/shared/plainText";
import { importedClasses } from "@/shared/importedClasses";
import { chosenImages, imageChooser } from "./chosenImages";
import { placeImages, type ChangeCounts, type PlacedItem } from "./placedImages";
import { ProgressMeter } from "./progressMeter";
import { withLabelling } from "./readers/reader";
import { PreviewCollector } from "./shards/previewCollector";
import { ShardWriter } from "./shards/shardWriter";
import type { DatasetStore } from "./shards/shardStore";

/** Letters that the report keeps of a path. */
const MAX_PATH = 300;

/** Skipped files that a report names: the rest is counted, so that its record stays far below what a browser stores. */
const MOST_NAMED = 100_000;

/** What an import needs from around it. */
export interface ImportEnvironment {
  store: Pick<DatasetStore, "stage">;
  decoder: ImageDecoder;
  /** Milliseconds on any clock that only goes forwards. */
  clock: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
  newId: () => string;
  signal: AbortSignal;
  onProgress: (progress: ImportProgress) => void;
}

/** A stream of images that is to become a dataset. */
export interface ImageStream {
  name: string;
  /** Id of the reader or sample. */
  source: string;
  shape: ImageShape;
  classNames: string[];
  /** Images that are expected, for progress. */
  total: number;
  phase: ImportProgress["phase"];
  items: AsyncIterable<PlacedItem>;
  /** What is kept of imports from files. @param images stored in all */
  imports?: (images: number) => ImportRecord[];
  /** Notes for the report, once all is stored. */
  notes: () => string[];
}

/**
 * Imports files that were inspected.
 * @param held a dataset whose images come first: the result stands beside it, and it stays as it is for what was made
 *   of it (runs, experts and evaluations know it by its fingerprint)
 * @throws UserError, or the signal's reason when it is cancelled
 */
export async function importFiles(
  { reader, files, facts: found }: InspectedFiles,
  given: ImportChoices,
  environment: ImportEnvironment,
  held?: ImageSource,
): Promise<ImportResult> {
  const facts = withLabelling(found, given.labelling);
  const choices = checkedChoices(facts, given);
  const { decoder, signal } = environment;
  const shape: ImageShape = { ...choices.size, channels: choices.channels };
  if (held) refuseOtherShape(held, shape);
  const classes = importedClasses(
    { classNames: facts.classNames, counts: finalCounts(facts), hasTestSplit: hasTestSplit(facts) },
    choices,
    held?.info.classNames,
  );
  refuseTooFew(classes.classNames);
  const changes: ChangeCounts = { scaled: 0, greyed: 0, animated: 0 };
  const chosen = chosenImages(reader.read(files, facts, { signal }), imageChooser(facts, choices, classes));
  const added = placeImages(chosen, { shape, fit: choices.fit, decoder, changes });
  const already = held ? imagesHeld(held) : 0;
  const record = { source: reader.id, files: namedFiles(files), choices };
  return storeImages(
    {
      name: choices.name || facts.name,
      source: reader.id,
      shape,
      classNames: classes.classNames,
      total: [...classes.counts.train, ...classes.counts.test].reduce((sum, count) => sum + count, already),
      phase: "decoding",
      items: held ? afterHeld(held, added, signal) : added,
      imports: (images) => [...(held?.info.imports ?? []), { ...record, images: images - already }],
      notes: () => [
        ...(held ? [`${already.toLocaleString("en")} images came from ${held.info.name}.`] : []),
        ...facts.notes,
        ...reportNotes(facts, choices, classes, changes),
      ],
    },
    environment,
  );
}

/** Paths and addresses that are kept of what was dropped or fetched. */
const MOST_FILES = 20;

const namedFiles = (files: readonly PickedFile[]): string[] =>
  files.slice(0, MOST_FILES).map(({ path, url }) => plainText(url ?? path, MAX_PATH));

/** Stores a stream of images as a dataset. @throws UserError, or the signal's reason when it is cancelled */
export async function storeImages(
  stream: ImageStream,
  environment: ImportEnvironment,
): Promise<ImportResult> {
  const { store, signal, clock, now, newId, onProgress } = environment;
  signal.throwIfAborted();
  const { shape, classNames, phase, total } = stream;
  const started = clock();
  const meter = new ProgressMeter({ phase, unit: "images", total, clock, onProgress });
  const id = newId();
  const staging = await store.stage(id);
  try {
    const writer = new ShardWriter(staging, shape, classNames.length);
    const preview = new PreviewCollector(shape, classNames.length);
    const skipped: SkippedFile[] = [];
    let unnamed = 0;
    let done = 0;
    for await (const item of pausing(stream.items, clock)) {
      signal.throwIfAborted();
      if (item.kind === "skipped") {
        if (skipped.length < MOST_NAMED)
          skipped.push({ path: plainText(item.path, MAX_PATH), reason: item.reason });
        else unnamed++;
      } else {
        await writer.add(item.split, item.pixels, item.labels);
        if (item.split === "train") preview.add(item.pixels, item.labels);
        done += item.labels.length;
      }
      meter.update(done);
    }
    meter.finish(done);
    refuseEmptyClasses(classNames, writer.counts.train, skipped);
    const facts = await writer.finish();
    signal.throwIfAborted();
    const seconds = (clock() - started) / 1000;
    const info: DatasetInfo = {
      id,
      name: stream.name,
      source: stream.source,
      shape,
      classNames,
      createdAt: now(),
      ...facts,
      ...(stream.imports && { imports: stream.imports(done) }),
    };
    const report: ImportReport = {
      datasetId: id,
      counts: facts.counts,
      skipped,
      imagesPerSecond: seconds > 0 ? done / seconds : 0,
      seconds,
      notes: [...stream.notes(), ...unnamedNote(unnamed)],
    };
    const dataset = await staging.commit(info, { report, preview: preview.result() });
    return { dataset, report };
  } catch (error) {
    throw readableError(error);
  } finally {
    await staging.discard(); // nothing is left to discard after the commit
  }
}

const unnamedNote = (unnamed: number): string[] =>
  unnamed === 0
    ? []
    : [
        `${unnamed.toLocaleString("en")} more files were left out: the list names the first ${MOST_NAMED.toLocaleString("en")}.`,
      ];

/** @throws UserError when a class has nothing to learn from */
function refuseEmptyClasses(
  classNames: readonly string[],
  counts: readonly number[],
  skipped: readonly SkippedFile[],
) {
  const empty = classNames.filter((_, label) => counts[label] === 0);
  if (empty.length === 0) return;
  const reasons =
    skipped.length > 0
      ? ` ${skipped.length} files were left out (${skipped[0]!.path}: ${skipped[0]!.reason}).`
      : "";
  throw new UserError(
    empty.length === classNames.length
      ? `Not one image could be read.${reasons}`
      : `Class "${empty[0]}" has no image that could be read${empty.length > 1 ? `, nor have ${empty.length - 1} other classes` : ""}.${reasons}`,
    "Mend or remove these files, then import again.",
  );
}

/** A file that vanished under the import, in words. */
function readableError(error: unknown): unknown {
  const gone =
    error instanceof Error && (error.name === "NotReadableError" || error.name === "NotFoundError");
  if (!gone) return error;
  return new UserError(
    "A file could not be read: it was changed, moved or deleted after it was chosen.",
    "Choose the files again.",
  );
}

/** How long the worker may go on without looking at its messages: a cancel is one. */
const TURN_MS = 30;

/** The same items, with a pause for messages now and then: awaiting what is ready already lets none in. */
async function* pausing<T>(items: AsyncIterable<T>, clock: () => number): AsyncGenerator<T> {
  let turnStarted = clock();
  for await (const item of items) {
    yield item;
    if (clock() - turnStarted < TURN_MS) continue;
    await nextTurn();
    turnStarted = clock();
  }
}
