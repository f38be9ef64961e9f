/** The rows of the experts' chart: per epoch the accuracy of each expert and their mean, in percent. */
import type { ExpertPoint } from "@/shared/run";

export interface ExpertRow {
  epoch: number;
  /** Percent, over the experts that have come this far. */
  mean: number;
  /** Percent, by expert. */
  [expert: `e${number}`]: number;
}

export function expertRows(points: readonly ExpertPoint[]): ExpertRow[] {
  const byEpoch = new Map<number, ExpertPoint[]>();
  for (const point of points) byEpoch.set(point.epoch, [...(byEpoch.get(point.epoch) ?? []), point]);
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, own]) => ({
      epoch,
      mean: (100 * own.reduce((sum, { accuracy }) => sum + accuracy, 0)) / own.length,
      ...Object.fromEntries(own.map(({ expert, accuracy }) => [`e${expert}`, 100 * accuracy])),
    }));
}
