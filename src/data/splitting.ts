/**
 * A test split for files that have none: `share` of each class, drawn without counting first what is drawn later
 * (selection sampling, Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S). Image n of a class goes to the
 * same side whatever the other classes hold.
 */
import type { Split } from "@/shared/dataset";
import { Random } from "@/shared/random";

/** Images of a class of `count` that become test images: at least one of two, never all. */
export function testCount(count: number, share: number): number {
  const wanted = Math.max(Math.round(count * share), share > 0 ? 1 : 0);
  return Math.max(0, Math.min(wanted, count - 1));
}

/** @param counts images per class, in all @returns the split of each next image of a class */
export function stratifiedSplit(
  counts: readonly number[],
  share: number,
  seed: number,
): (label: number) => Split {
  const random = new Random(seed).fork("test split");
  const classes = counts.map((count, label) => ({
    left: count,
    wanted: testCount(count, share),
    random: random.fork(label),
  }));
  return (label) => {
    const own = classes[label]!;
    const chosen = own.random.uniform() * own.left < own.wanted;
    if (own.left > 0) own.left--;
    if (chosen) own.wanted--;
    return chosen ? "test" : "train";
  };
}
