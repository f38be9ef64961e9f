/**
 * The rows of the loss chart: as many points as the pixels can show. Of each bucket of points the lowest and the
 * highest stay, so that a spike is never lost; accuracies get rows of their own.
 */
import type { EvaluationScore } from "@/shared/run";
import type { LossPoint } from "@/state/lossHistory";
import { smoothed } from "./smoothed";

export interface ChartRow {
  iteration: number;
  loss?: number;
  smooth?: number;
  /** Percent. */
  accuracy?: number;
  /** Percent, the error bar. */
  deviation?: number;
}

const MOST_BUCKETS = 120;

/** @param smoothing 0 (none) … 0.99 */
export function chartRows(
  points: readonly LossPoint[],
  scores: readonly EvaluationScore[],
  smoothing: number,
  isLog: boolean,
): ChartRow[] {
  const smooth = smoothed(
    points.map(({ loss }) => loss),
    smoothing,
  );
  const losses = keptIndices(points).map((at): ChartRow => {
    const { iteration, loss } = points[at]!;
    return { iteration, ...shown("loss", loss, isLog), ...shown("smooth", smooth[at]!, isLog) };
  });
  const accuracies = scores.map(({ iteration, mean, std }): ChartRow => ({
    iteration,
    accuracy: mean * 100,
    deviation: std * 100,
  }));
  return [...losses, ...accuracies].sort((a, b) => a.iteration - b.iteration);
}

/** A logarithm has no place for 0 and below: such a value is left out. */
const shown = (key: "loss" | "smooth", value: number, isLog: boolean): Partial<ChartRow> =>
  isLog && value <= 0 ? {} : { [key]: value };

function keptIndices(points: readonly LossPoint[]): number[] {
  if (points.length <= MOST_BUCKETS * 2) return points.map((_, at) => at);
  const kept = new Set<number>([0, points.length - 1]);
  for (let bucket = 0; bucket < MOST_BUCKETS; bucket++) {
    const start = Math.floor((bucket * points.length) / MOST_BUCKETS);
    const end = Math.floor(((bucket + 1) * points.length) / MOST_BUCKETS);
    let low = start;
    let high = start;
    for (let at = start; at < end; at++) {
      if (points[at]!.loss < points[low]!.loss) low = at;
      if (points[at]!.loss > points[high]!.loss) high = at;
    }
    kept.add(low).add(high);
  }
  return [...kept].sort((a, b) => a - b);
}
