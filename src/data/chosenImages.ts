/**
 * What the choices make of each image of a reader, before any is decoded: its class, its split, or nothing.
 */
import { pixelsPerImage, type Split } from "@/shared/dataset";
import type { ImportedClasses } from "@/shared/importedClasses";
import type { ImportChoices } from "@/shared/importChoices";
import { Random } from "@/shared/random";
import { hasTestSplit } from "./importPlan";
import { finalSplit, type ReaderFacts, type ReaderItem, type SourceSplit } from "./readers/reader";
import { limitedImages, stratifiedSplit } from "./splitting";

/** Where an image goes; null when it is left out. Asked once per image, in order. */
export type ImageChooser = (split: SourceSplit, label: number) => { split: Split; label: number } | null;

type RawItem = Extract<ReaderItem, { kind: "pixels" }>;
type EncodedItem = Extract<ReaderItem, { kind: "image" }>;

/** As a reader's item, with the class and the split that it ends in. */
export type ChosenItem =
  (RawItem & { split: Split }) | (EncodedItem & { split: Split }) | Extract<ReaderItem, { kind: "skipped" }>;

/** @param classes of the same facts and choices */
export function imageChooser(
  facts: ReaderFacts,
  choices: ImportChoices,
  { labels, available }: ImportedClasses,
): ImageChooser {
  const isGiven = hasTestSplit(facts);
  const hasTest = facts.counts.test.some((count) => count > 0);
  const drawn = stratifiedSplit(facts.counts.train, choices.testShare, choices.seed);
  const random = new Random(choices.seed).fork("images per class");
  const limit = (split: Split) => {
    const most = choices.most?.[split];
    if (most === undefined) return () => true;
    return limitedImages(available[split], most, choices.draw ?? "first", random.fork(split));
  };
  const stays = { train: limit("train"), test: limit("test") };
  return (sourceSplit, found) => {
    const label = labels[found];
    if (label === null || label === undefined) return null;
    const split = isGiven ? finalSplit(sourceSplit, hasTest) : drawn(found);
    return stays[split](label) ? { split, label } : null;
  };
}

/** What stays of a reader's items, in order; of raw images one item per split, in order within each. */
export async function* chosenImages(
  items: AsyncIterable<ReaderItem>,
  choose: ImageChooser,
): AsyncGenerator<ChosenItem> {
  for await (const item of items) {
    if (item.kind === "pixels") {
      yield* chosenPixels(item, choose);
    } else if (item.kind === "image") {
      const place = choose(item.split, item.label);
      if (place) yield { ...item, ...place };
    } else {
      yield item;
    }
  }
}

function* chosenPixels(item: RawItem, choose: ImageChooser): Generator<ChosenItem> {
  const places = Array.from(item.labels, (label) => choose(item.split, label));
  const imageBytes = pixelsPerImage(item.shape);
  for (const split of ["train", "test"] as const) {
    const chosen = places.flatMap((place, i) => (place?.split === split ? [i] : []));
    if (chosen.length === 0) continue;
    const labels = Uint16Array.from(chosen, (i) => places[i]!.label);
    if (chosen.length === places.length) {
      yield { ...item, split, labels };
      continue;
    }
    const pixels = new Uint8Array(chosen.length * imageBytes);
    chosen.forEach((i, at) =>
      pixels.set(item.pixels.subarray(i * imageBytes, (i + 1) * imageBytes), at * imageBytes),
    );
    yield { ...item, split, labels, pixels };
  }
}
