import { expect, it } from "vitest";
import { appendLosses, emptyLosses, MOST_POINTS, type LossPoint } from "./lossHistory";

const line = (from: number, count: number): LossPoint[] =>
  Array.from({ length: count }, (_, i) => ({ iteration: from + i, loss: from + i }));

it("keeps every point of a short run", () => {
  const history = appendLosses(appendLosses(emptyLosses, line(1, 3)), line(4, 2));
  expect(history.points.map(({ loss }) => loss)).toEqual([1, 2, 3, 4, 5]);
  expect(history.first).toEqual({ iteration: 1, loss: 1 });
  expect(history.last).toEqual({ iteration: 5, loss: 5 });
});

it("stays bounded over a long run, with the means of what it dropped", () => {
  let history = emptyLosses;
  for (let from = 1; from < 50_000; from += 97) history = appendLosses(history, line(from, 97));
  expect(history.points.length).toBeLessThanOrEqual(MOST_POINTS);
  expect(history.points.length).toBeGreaterThan(MOST_POINTS / 4);
  expect(history.stride).toBeGreaterThan(1);
  for (const { iteration, loss } of history.points) {
    expect(Math.abs(iteration - loss)).toBeLessThanOrEqual(history.stride);
  }
  const iterations = history.points.map(({ iteration }) => iteration);
  expect(iterations).toEqual([...iterations].sort((a, b) => a - b));
  expect(history.last!.iteration).toBe(iterations.at(-1));
});

it("leaves out what is not finite", () => {
  const history = appendLosses(emptyLosses, [{ iteration: 1, loss: Number.NaN }]);
  expect(history).toBe(emptyLosses);
});
