/**
 * The scores of DD-Ranking (Li et al. 2025), with accuracies as fractions in [0, 1]:
 *
 *   HLR = Acc(real, hard labels) - Acc(set, hard labels)              smaller is better
 *   IOR = Acc(set, its own protocol) - Acc(random images, the same)   larger is better
 *   LRS = (e^α - e^-1) / (e - e^-1),  α = w IOR - (1 - w) HLR,  w = 1/2
 */

/** The part of the improvement over random in LRS. */
const WEIGHT = 0.5;

/** Mean accuracies, null where they are not known. */
export interface RankedAccuracies {
  /** All real images. */
  full: number | null;
  /** The set with hard labels. */
  hardSet: number | null;
  /** The set with its own labels. */
  set: number | null;
  /** As many random real images. */
  random: number | null;
}

/** Each score, null where an accuracy for it is missing. */
export function rankingScores({ full, hardSet, set, random }: RankedAccuracies): {
  hlr: number | null;
  ior: number | null;
  lrs: number | null;
} {
  const hlr = full === null || hardSet === null ? null : full - hardSet;
  const ior = set === null || random === null ? null : set - random;
  return { hlr, ior, lrs: hlr === null || ior === null ? null : labelRobustScore(hlr, ior) };
}

/** LRS in [0, 1] for scores in [-1, 1]. */
export function labelRobustScore(hlr: number, ior: number): number {
  const alpha = WEIGHT * ior - (1 - WEIGHT) * hlr;
  return (Math.exp(alpha) - Math.exp(-1)) / (Math.E - Math.exp(-1));
}
