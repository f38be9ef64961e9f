/** Coresets of a study: the features are computed once per network that they come from. */
import { classFeatures } from "../coresets/classFeatures";
import { herding } from "../coresets/herding";
import { kCenter } from "../coresets/kCenter";
import type { FeatureOptions } from "../coresets/classFeatures";
import type { TrainingProgress } from "../evaluation/training";

/** Chosen training images of each class, by coreset and by the numbers of images per class that were wanted. */
export type CoresetChoices = Record<"herding" | "kcenter", Map<string, number[][]>>;

/** The name of a choice of so many images of each class. */
export const countsText = (counts: readonly number[]): string => counts.join(",");

/**
 * Chooses all coresets that are wanted in one pass over the features; yields how much of it is done, 0..1, or what is
 * done first.
 * @param wanted numbers of images per class
 */
export async function* chooseCoresets(
  options: Omit<FeatureOptions, "take">,
  wanted: readonly (readonly number[])[],
): AsyncGenerator<TrainingProgress, CoresetChoices> {
  const choices: CoresetChoices = { herding: new Map(), kcenter: new Map() };
  for (const counts of wanted)
    for (const chosen of Object.values(choices)) chosen.set(countsText(counts), []);
  yield* classFeatures({
    ...options,
    take: (features, label) => {
      for (const counts of wanted) {
        choices.herding.get(countsText(counts))![label] = herding(features, counts[label]!);
        choices.kcenter.get(countsText(counts))![label] = kCenter(features, counts[label]!);
      }
    },
  });
  return choices;
}
