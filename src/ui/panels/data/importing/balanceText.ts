import type { ImportedClasses } from "@/shared/importedClasses";
import { formatCount, plural } from "../../../format";

/** "10 classes with 5,000 training images each", or from the smallest to the largest; of what comes in. */
export function balanceText({ labels, counts }: ImportedClasses): string {
  const own = [...new Set(labels)].flatMap((label) => (label === null ? [] : [counts.train[label]!]));
  if (own.length === 0) return "no class";
  const [least, most] = [Math.min(...own), Math.max(...own)];
  const range = least === most ? formatCount(most) : `${formatCount(least)} – ${formatCount(most)}`;
  return `${plural(own.length, "class", "classes")} with ${range} training images each`;
}
