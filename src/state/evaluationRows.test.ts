import { expect, it } from "vitest";
import type { EvaluationRow, TrainingCurve } from "@/shared/evaluating";
import { withCurve, withRows } from "./evaluationRows";

const network = { id: "convnet", params: { width: 4, depth: 1 } };
const row = (subject: string, mean: number) =>
  ({ snapshotId: "a", subject, network, mean }) as unknown as EvaluationRow;
const curve = (index: number, epoch: number, rate: number | null = null) =>
  ({ snapshotId: "a", subject: "set", network, index, epoch, rate }) as unknown as TrainingCurve;

it("replaces rows that are measured again, and keeps the others of the same recipe", () => {
  const known = [row("set", 0.5), row("random", 0.3)];
  const again = withRows(known, "r", [row("set", 0.6)], "r");
  expect(again.rows.map(({ subject, mean }) => [subject, mean])).toEqual([["random", 0.3], ["set", 0.6]]); // prettier-ignore
});

it("never mixes two recipes, and an empty answer takes nothing away", () => {
  const known = [row("set", 0.5), row("random", 0.3)];
  expect(withRows(known, "r", [row("full", 0.9)], "other").rows).toHaveLength(1);
  expect(withRows(known, "r", [], "other")).toEqual({ rows: known, recipe: "r" });
});

it("keeps one curve per network, the one that was told of last at the end", () => {
  const curves = withCurve(withCurve(withCurve([], curve(0, 1)), curve(1, 1)), curve(0, 2));
  expect(curves.map(({ index, epoch }) => [index, epoch])).toEqual([[1, 1], [0, 2]]); // prettier-ignore
});

it("tells the curves of searched learning rates apart", () => {
  const curves = withCurve(withCurve(withCurve([], curve(0, 1, 0.01)), curve(0, 1, 0.05)), curve(0, 2, 0.01));
  expect(curves.map(({ rate, epoch }) => [rate, epoch])).toEqual([[0.05, 1], [0.01, 2]]); // prettier-ignore
});
