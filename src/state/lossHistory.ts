/**
 * The losses of a run, kept at a bounded number of points: when there are too many, neighbours are
 * averaged in pairs, so that a long run costs no more memory or drawing than a short one.
 */
export interface LossPoint {
  iteration: number;
  loss: number;
}

export interface LossHistory {
  points: readonly LossPoint[];
  /** Iterations that one point stands for; the newest points may stand for fewer. */
  stride: number;
  first: LossPoint | null;
  last: LossPoint | null;
}

export const MOST_POINTS = 4096;

export const emptyLosses: LossHistory = { points: [], stride: 1, first: null, last: null };

/** The history with further points at its end; values that are not finite are left out. */
export function appendLosses(history: LossHistory, added: readonly LossPoint[]): LossHistory {
  const finite = added.filter(({ loss }) => Number.isFinite(loss));
  if (finite.length === 0) return history;
  let points = [...history.points, ...finite];
  let stride = history.stride;
  while (points.length > MOST_POINTS) {
    points = averagePairs(points);
    stride *= 2;
  }
  return { points, stride, first: history.first ?? finite[0]!, last: finite.at(-1)! };
}

function averagePairs(points: readonly LossPoint[]): LossPoint[] {
  const halved: LossPoint[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const a = points[i]!;
    const b = points[i + 1] ?? a;
    halved.push({ iteration: b.iteration, loss: (a.loss + b.loss) / 2 });
  }
  return halved;
}
