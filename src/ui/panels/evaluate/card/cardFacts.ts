/** What the result card says: the set's accuracy and both ends of the scale, all on the same network. */
import type { EvaluationRow, SnapshotInfo, SubjectId } from "@/shared/evaluating";
import type { PluginChoice } from "@/shared/experiment";
import type { Snapshot } from "@/shared/run";
import type { Baselines, Score } from "@/state/baselines";
import { choiceKey } from "@/state/networkChoice";

export interface CardFacts {
  network: PluginChoice;
  set: Score | null;
  random: Score | null;
  full: Score | null;
}

/**
 * From the rows of an evaluation where there are some (the set's own network first, else the first that was tried),
 * else from the run's last evaluation and the known baselines of its network and protocol.
 */
export function cardFacts(
  snapshot: Pick<Snapshot, "config" | "evaluations">,
  rows: readonly EvaluationRow[],
  baselines: (network: PluginChoice) => Baselines,
): CardFacts {
  const own = snapshot.config.network;
  const ofSet = rows.filter(({ subject }) => subject === "set");
  const row = ofSet.find(({ network }) => choiceKey(network) === choiceKey(own)) ?? ofSet[0];
  const network = row?.network ?? own;
  const known = baselines(network);
  const scoreOf = (subject: SubjectId): Score | null => {
    const found = rows.find(
      (other) => other.subject === subject && choiceKey(other.network) === choiceKey(network),
    );
    return found ? { mean: found.mean, std: found.std } : null;
  };
  const last = snapshot.evaluations.at(-1);
  return {
    network,
    set: scoreOf("set") ?? (last ? { mean: last.mean, std: last.std } : null),
    random: scoreOf("random") ?? (row ? null : known.random),
    full: scoreOf("full") ?? known.full,
  };
}

/** The rows that belong to a kept set. */
export const rowsOf = (rows: readonly EvaluationRow[], info: SnapshotInfo | undefined): EvaluationRow[] =>
  rows.filter(({ snapshotId }) => snapshotId === info?.id);
