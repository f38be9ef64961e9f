/** What an evaluation knows so far, as the page shows it. */
import type { EvaluationRow, NetworkScore, RankingScores } from "@/shared/evaluating";
import { bestOf } from "../evaluation/rateSearch";
import type { Entry, EvaluationPlan, Trained } from "./evaluationPlan";
import { rankingScores } from "./rankingScores";
import { choiceText, meanAndStd } from "./study";

/** A network of a row, at the best of its learning rates. */
type Best = Entry & { score: NetworkScore };

interface Row {
  first: Entry;
  /** All networks, null where not all of their rates are known. */
  networks: (Best | null)[];
}

/** One row per set, network and subject. */
function groupsOf(entries: readonly Entry[]): Row[] {
  const groups = grouped(entries, ({ set, network, key }) =>
    JSON.stringify([set.kept.id, choiceText(network.choice), key.subject]),
  );
  return groups.map((group) => ({
    first: group[0]!,
    networks: grouped(group, ({ key }) => String(key.index)).map((tried) => {
      const known = tried.filter((entry): entry is Best => entry.score !== null);
      return known.length === tried.length ? bestOf(known) : null;
    }),
  }));
}

function grouped<T>(items: readonly T[], nameOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return [...groups.values()];
}

/** The rows of the table, with all networks that are known so far. */
export function rowsOf({ entries }: EvaluationPlan): EvaluationRow[] {
  return groupsOf(entries).flatMap(({ first, networks }) => {
    const { set, network, key, rateSource } = first;
    const known = networks.filter((best) => best !== null);
    if (key.subject === "hardSet" || known.length === 0) return [];
    const accuracies = known.map(({ score }) => score.accuracy);
    const isSet = key.subject === "set" || key.subject === "png";
    return {
      snapshotId: set.kept.id,
      subject: key.subject,
      network: network.choice,
      accuracies,
      rates: known.map(({ rate }) => rate),
      rateSource,
      labels: isSet && set.kept.snapshot.targets ? "soft" : "hard",
      ...meanAndStd(accuracies),
      confusion: known.map(({ score }) => score.confusion).reduce(added),
      cached: known.every(({ cached }) => cached),
    };
  });
}

const added = (a: number[][], b: number[][]): number[][] =>
  a.map((row, i) => row.map((value, j) => value + b[i]![j]!));

/** The scores of each set on each network, from rows that are complete. */
export function scoresOf({ sets, networks, entries }: EvaluationPlan): RankingScores[] {
  const rows = groupsOf(entries);
  return sets.flatMap((set) =>
    networks.map((network) => {
      const accuracy = (subject: Trained): number | null => {
        const row = rows.find(
          ({ first }) => first.set === set && first.network === network && first.key.subject === subject,
        );
        const known = row?.networks.filter((best) => best !== null) ?? [];
        if (!row || known.length < row.networks.length) return null;
        return meanAndStd(known.map(({ score }) => score.accuracy)).mean;
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
