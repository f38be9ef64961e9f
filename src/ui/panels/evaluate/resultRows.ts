/**
 * The rows of the results table: every accuracy beside its improvement over random (IOR), so that no number stands
 * alone, and for the set itself hard-label recovery (HLR) and the label-robust score (LRS).
 */
import type { EvaluationRow, RankingScores, SnapshotInfo, SubjectId } from "@/shared/evaluating";
import type { PluginChoice } from "@/shared/experiment";
import { rowKey } from "@/state/evaluationRows";
import { choiceKey } from "@/state/networkChoice";
import { subjectLabel, subjectOrder } from "./subjects";

export interface ResultRow {
  key: string;
  set: string;
  /** Text by which sets are sorted: method, images per class, iteration. */
  setOrder: string;
  subject: SubjectId;
  subjectText: string;
  network: string;
  mean: number; // 0..1
  std: number;
  accuracies: readonly number[];
  /** Accuracy above that of random images on the same network; null for random itself and while it is not known. */
  ior: number | null;
  hlr: number | null;
  lrs: number | null;
  isCached: boolean;
  source: EvaluationRow;
}

export type SortKey = "set" | "subject" | "network" | "mean" | "ior" | "hlr" | "lrs";

export interface Sorting {
  by: SortKey;
  isDescending: boolean;
}

interface Names {
  snapshots: readonly SnapshotInfo[];
  set: (info: SnapshotInfo) => string;
  network: (choice: PluginChoice) => string;
}

/** Rows with their names and scores, in the order of the page. */
export function resultRows(
  rows: readonly EvaluationRow[],
  scores: readonly RankingScores[],
  names: Names,
): ResultRow[] {
  const isOf = (a: { snapshotId: string; network: PluginChoice }, b: EvaluationRow) =>
    a.snapshotId === b.snapshotId && choiceKey(a.network) === choiceKey(b.network);
  const named = rows.map((source): ResultRow => {
    const { subject, network, mean, std, accuracies, cached } = source;
    const info = names.snapshots.find(({ id }) => id === source.snapshotId);
    const random = rows.find((row) => row.subject === "random" && isOf(row, source));
    const score = subject === "set" ? scores.find((known) => isOf(known, source)) : undefined;
    return {
      key: rowKey(source),
      set: info ? names.set(info) : "deleted set",
      setOrder: info ? `${info.method} ${info.ipc} ${info.iteration}` : "",
      subject,
      subjectText: subjectLabel(subject),
      network: names.network(network),
      mean,
      std,
      accuracies,
      ior: score?.ior ?? (random && subject !== "random" ? mean - random.mean : null),
      hlr: score?.hlr ?? null,
      lrs: score?.lrs ?? null,
      isCached: cached,
      source,
    };
  });
  return named.sort(
    (a, b) =>
      compareText(a.setOrder, b.setOrder) ||
      compareText(a.network, b.network) ||
      subjectOrder(a.subject) - subjectOrder(b.subject),
  );
}

/** The rows by a column; what is not known comes last either way, equal rows keep their order. */
export function sortedRows(rows: readonly ResultRow[], { by, isDescending }: Sorting): ResultRow[] {
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => {
    if (by === "set") return sign * compareText(a.setOrder, b.setOrder);
    if (by === "subject") return sign * (subjectOrder(a.subject) - subjectOrder(b.subject));
    const [x, y] = [a[by], b[by]];
    if (typeof x === "string" && typeof y === "string") return sign * compareText(x, y);
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return sign * (Number(x) - Number(y));
  });
}

const compareText = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
