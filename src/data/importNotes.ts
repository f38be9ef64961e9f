/** The sentences of an import: which choices are refused, and what the report tells besides numbers. */
import { UserError } from "@/shared/errors";
import type { ImportChoices } from "@/shared/importing";
import { hasTestSplit } from "./importPlan";
import type { ChangeCounts } from "./placedImages";
import type { ReaderFacts } from "./readers/reader";

const MAX_SIDE = 512;
const MAX_TEST_SHARE = 0.5;

/** @throws UserError that names the choice that cannot be */
export function refuseChoices({ size, channels, testShare, seed }: ImportChoices): void {
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
}

/** What happened to the images, in sentences. */
export function reportNotes(
  facts: ReaderFacts,
  { size, testShare, seed }: ImportChoices,
  { scaled, greyed, animated }: ChangeCounts,
): string[] {
  const notes: string[] = [];
  const images = (count: number) =>
    `${count.toLocaleString("en")} ${count === 1 ? "image was" : "images were"}`;
  if (scaled > 0) {
    notes.push(`${images(scaled)} cropped around the centre and scaled to ${size.width} × ${size.height}.`);
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
  return notes;
}
