/** The sentences of an import: which choices are refused, and what the report tells besides numbers. */
import { UserError } from "@/shared/errors";
import type { Split } from "@/shared/dataset";
import { DRAWS, FITS, type Fit, type ImportChoices } from "@/shared/importChoices";
import type { ImportedClasses } from "@/shared/importedClasses";
import { plainText } from "@/shared/plainText";
import { hasTestSplit, MAX_NAME } from "./importPlan";
import type { ChangeCounts } from "./placedImages";
import type { Classes, ReaderFacts } from "./readers/reader";

const MAX_SIDE = 512;
const MAX_TEST_SHARE = 0.5;

/** The choices with names as they may be stored. @throws UserError that names the choice that cannot be */
export function checkedChoices({ classNames }: Classes, choices: ImportChoices): ImportChoices {
  const { size, channels, testShare, seed, fit, classes, most, draw } = choices;
  for (const side of [size.width, size.height]) {
    if (!Number.isInteger(side) || side < 1 || side > MAX_SIDE) {
      throw new UserError(
        `Images of ${size.width} × ${size.height} pixels cannot be stored.`,
        `Width and height are whole numbers between 1 and ${MAX_SIDE}.`,
      );
    }
  }
  if (!(testShare >= 0 && testShare <= MAX_TEST_SHARE)) {
    throw new UserError(
      `A test split of ${testShare * 100} % cannot be made.`,
      `It takes between 0 and ${MAX_TEST_SHARE * 100} % of the images.`,
    );
  }
  if (channels !== 1 && channels !== 3) throw new UserError("Images have 1 (grey) or 3 (RGB) channels.");
  if (!Number.isInteger(seed)) throw new UserError("The seed must be a whole number.");
  if (fit !== undefined && !FITS.includes(fit))
    throw new UserError(`There is no way to resize called "${String(fit)}".`, `Known: ${FITS.join(", ")}.`);
  if (draw !== undefined && !DRAWS.includes(draw))
    throw new UserError(`There is no draw called "${String(draw)}".`, `Known: ${DRAWS.join(", ")}.`);
  for (const [split, count] of Object.entries(most ?? {}))
    if (!Number.isInteger(count) || count < 1)
      throw new UserError(
        `A class cannot have at most ${count} ${split} images.`,
        "Give a whole number from 1 on, or none.",
      );
  if (!classes) return choices;
  if (classes.length !== classNames.length)
    throw new Error(`checkedChoices(): ${classes.length} names for ${classNames.length} classes`);
  return { ...choices, classes: classes.map((name, label) => checkedName(name, classNames[label]!)) };
}

function checkedName(name: string | null, found: string): string | null {
  if (name === null) return null;
  const checked = plainText(name.trim(), MAX_NAME);
  if (checked === "") throw new UserError(`The class "${found}" needs a name.`, "Type one, or leave it out.");
  return checked;
}

/** @throws UserError when there is nothing left to tell apart */
export function refuseTooFew(classNames: readonly string[]): void {
  if (classNames.length > 1) return;
  throw new UserError(
    classNames.length === 0
      ? "Every class was left out."
      : `It would be a dataset of one class only: ${classNames[0]}.`,
    "Two are needed at least: keep more of them, give them different names, or add the files to a dataset that is there.",
  );
}

/** What happened to the images, in sentences. */
export function reportNotes(
  facts: ReaderFacts,
  choices: ImportChoices,
  classes: ImportedClasses,
  { scaled, greyed, animated }: ChangeCounts,
): string[] {
  const { size, testShare, seed, fit = "crop" } = choices;
  const notes: string[] = [];
  const images = (count: number) =>
    `${count.toLocaleString("en")} ${count === 1 ? "image was" : "images were"}`;
  if (scaled > 0) {
    notes.push(`${images(scaled)} ${FITTED[fit]} ${size.width} × ${size.height}.`);
  }
  if (greyed > 0) notes.push(`${images(greyed)} turned from colour to grey.`);
  if (animated > 0) notes.push(`${images(animated)} animated: the first frame was taken.`);
  if (facts.counts.val.some((count) => count > 0)) {
    const hasTest = facts.counts.test.some((count) => count > 0);
    notes.push(
      hasTest
        ? "The validation images were added to the training split."
        : "There is no test split: the validation images were taken for it.",
    );
  }
  if (!hasTestSplit(facts)) {
    notes.push(
      testShare > 0
        ? `${Math.round(testShare * 100)} % of each class became the test split, drawn with seed ${seed}.`
        : "There is no test split: accuracies cannot be measured.",
    );
  }
  return [...notes, ...classNotes(facts, choices), ...limitNotes(choices, classes)];
}

const FITTED: Record<Fit, string> = {
  crop: "cropped around the centre and scaled to",
  stretch: "stretched to",
  pad: "scaled to fit, with black bars, into",
};

/** Names that a note lists. */
const MOST_LISTED = 8;

function classNotes({ classNames }: Classes, { classes }: ImportChoices): string[] {
  if (!classes) return [];
  const leftOut = classNames.filter((_, label) => classes[label] === null);
  const renamed = classNames.flatMap((found, label) => {
    const name = classes[label];
    return name === null || name === undefined || name === found ? [] : [`${found} → ${name}`];
  });
  return [
    ...(leftOut.length > 0 ? [`Classes that were left out: ${listed(leftOut)}.`] : []),
    ...(renamed.length > 0 ? [`Classes that were renamed: ${listed(renamed)}.`] : []),
  ];
}

const listed = (names: readonly string[]): string =>
  names.slice(0, MOST_LISTED).join(", ") +
  (names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : "");

const SPLITS: Record<Split, string> = { train: "training", test: "test" };

function limitNotes({ most, draw = "first", seed }: ImportChoices, { available }: ImportedClasses): string[] {
  return (["train", "test"] as const).flatMap((split) => {
    const limit = most?.[split];
    if (limit === undefined || available[split].every((count) => count <= limit)) return [];
    const how = draw === "first" ? "the first ones" : `drawn with seed ${seed}`;
    return [
      `At most ${limit.toLocaleString("en")} ${SPLITS[split]} images of each class were taken, ${how}.`,
    ];
  });
}
