/** The rows of the training chart: one per epoch, with a column per network and measure, as many as the pixels can show. */
import type { TrainingCurve } from "@/shared/evaluating";

const MOST_POINTS = 200; // per curve

export type TrainingRow = { epoch: number } & Record<string, number>;

/** Columns are `loss/<index>` and `accuracy/<index>` (percent). */
export function trainingRows(curves: readonly TrainingCurve[]): TrainingRow[] {
  const byEpoch = new Map<number, TrainingRow>();
  for (const { index, points } of curves) {
    const stride = Math.ceil(points.length / MOST_POINTS);
    points.forEach(({ epoch, loss, accuracy }, at) => {
      if (at % stride !== 0 && at !== points.length - 1) return;
      const row = byEpoch.get(epoch) ?? { epoch };
      if (Number.isFinite(loss)) row[`loss/${index}`] = loss;
      if (Number.isFinite(accuracy)) row[`accuracy/${index}`] = accuracy * 100;
      byEpoch.set(epoch, row);
    });
  }
  return [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch);
}
