/** Rows and training curves of evaluations, told apart and brought together. */
import type { EvaluationRow, TrainingCurve } from "@/shared/evaluating";
import { choiceKey } from "./networkChoice";

const MOST_CURVES = 40;

/** The same text for the same line of the table. */
export const rowKey = ({ snapshotId, subject, network }: EvaluationRow): string =>
  [snapshotId, subject, choiceKey(network)].join("/");

/** The known rows with newer ones; those of another recipe are dropped, since they do not compare. */
export function withRows(
  known: EvaluationRow[],
  before: string,
  rows: EvaluationRow[],
  recipe: string,
): { rows: EvaluationRow[]; recipe: string } {
  if (rows.length === 0) return { rows: known, recipe: before };
  const fresh = new Set(rows.map(rowKey));
  const kept = before === recipe ? known.filter((row) => !fresh.has(rowKey(row))) : [];
  return { rows: [...kept, ...rows], recipe };
}

/** True for curves of the same row of the table, and of the same learning rate where several are tried. */
export const isSameRow = (a: TrainingCurve, b: TrainingCurve): boolean =>
  a.snapshotId === b.snapshotId &&
  a.subject === b.subject &&
  a.rate === b.rate &&
  choiceKey(a.network) === choiceKey(b.network);

/** The curves with the newest state of one of them, which comes last. */
export function withCurve(curves: readonly TrainingCurve[], curve: TrainingCurve): TrainingCurve[] {
  const others = curves.filter((other) => !(isSameRow(other, curve) && other.index === curve.index));
  return [...others, curve].slice(-MOST_CURVES);
}
