/**
 * Draws from images that pass by one after the other, without keeping any: selection sampling (Knuth, The Art of
 * Computer Programming 2, 3.4.2, algorithm S). What becomes of image n of a class does not depend on other classes.
 */
import type { Split } from "@/shared/dataset";
import { testCount } from "@/shared/importedClasses";
import type { Draw } from "@/shared/importChoices";
import { Random } from "@/shared/random";

/** A test split for files that have none. @param counts images per class, in all @returns the split of each next image of a class */
export function stratifiedSplit(
  counts: readonly number[],
  share: number,
  seed: number,
): (label: number) => Split {
  const isTest = drawnImages(
    counts.map((count) => ({ count, wanted: testCount(count, share) })),
    new Random(seed).fork("test split"),
  );
  return (label) => (isTest(label) ? "test" : "train");
}

/** @param counts images per class, in all @returns whether the next image of a class is among the `most` that stay */
export function limitedImages(
  counts: readonly number[],
  most: number,
  draw: Draw,
  random: Random,
): (label: number) => boolean {
  if (draw === "random")
    return drawnImages(
      counts.map((count) => ({ count, wanted: Math.min(most, count) })),
      random,
    );
  const taken = counts.map(() => 0);
  return (label) => taken[label]!++ < most;
}

/** `wanted` of `count` images of each class, each with the same chance. */
function drawnImages(
  classes: readonly { count: number; wanted: number }[],
  random: Random,
): (label: number) => boolean {
  const states = classes.map(({ count, wanted }, label) => ({
    left: count,
    wanted,
    random: random.fork(label),
  }));
  return (label) => {
    const own = states[label]!;
    const chosen = own.random.uniform() * own.left < own.wanted;
    if (own.left > 0) own.left--;
    if (chosen) own.wanted--;
    return chosen;
  };
}
