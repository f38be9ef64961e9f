/** The search for a learning rate, as DD-Ranking makes it (Li et al. 2025): for each network, by its accuracy. */
import type { NetworkScore } from "@/shared/evaluating";

/** The learning rates that are tried. */
export const SEARCHED_RATES: readonly number[] = [0.001, 0.005, 0.01, 0.05, 0.1];

/** What reached the highest accuracy; of equals the first, hence the lowest rate. */
export function bestOf<T extends { score: NetworkScore }>(tried: readonly T[]): T {
  if (tried.length === 0) throw new Error("bestOf(): nothing was tried");
  return tried.reduce((best, other) => (other.score.accuracy > best.score.accuracy ? other : best));
}
