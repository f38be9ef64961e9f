/** What an evaluation knows so far, as the page shows it. */
import type { EvaluationRow, RankingScores } from "@/shared/evaluating";
import type { Entry, EvaluationPlan, Trained } from "./evaluationPlan";
import { rankingScores } from "./rankingScores";
import { choiceText, meanAndStd } from "./study";

/** The known entries of each set, network and subject. */
function groupsOf({ entries }: EvaluationPlan): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (!entry.score) continue;
    const name = JSON.stringify([entry.set.kept.id, choiceText(entry.network.choice), entry.key.subject]);
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  return [...groups.values()];
}

/** The rows of the table, with all networks that are known so far. */
export function rowsOf(plan: EvaluationPlan): EvaluationRow[] {
  return groupsOf(plan).flatMap((group) => {
    const [{ set, network, key }] = group as [Entry];
    if (key.subject === "hardSet") return [];
    const accuracies = group.map(({ score }) => score!.accuracy);
    return {
      snapshotId: set.kept.id,
      subject: key.subject,
      network: network.choice,
      accuracies,
      ...meanAndStd(accuracies),
      confusion: group.map(({ score }) => score!.confusion).reduce(added),
      cached: group.every(({ cached }) => cached),
    };
  });
}

const added = (a: number[][], b: number[][]): number[][] =>
  a.map((row, i) => row.map((value, j) => value + b[i]![j]!));

/** The scores of each set on each network, from rows that are complete. */
export function scoresOf({ sets, networks, entries }: EvaluationPlan): RankingScores[] {
  return sets.flatMap((set) =>
    networks.map((network) => {
      const accuracy = (subject: Trained): number | null => {
        const own = entries.filter(
          (entry) => entry.set === set && entry.network === network && entry.key.subject === subject,
        );
        if (own.length === 0 || own.some(({ score }) => !score)) return null;
        return meanAndStd(own.map(({ score }) => score!.accuracy)).mean;
      };
      const hardSet = set.kept.snapshot.targets ? "hardSet" : "set";
      return {
        snapshotId: set.kept.id,
        network: network.choice,
        ...rankingScores({
          full: accuracy("full"),
          hardSet: accuracy(hardSet),
          set: accuracy("set"),
          random: accuracy("random"),
        }),
      };
    }),
  );
}
