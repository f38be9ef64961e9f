import { expect, it } from "vitest";
import { expertRows } from "./expertRows";

it("puts experts side by side by epoch, with the mean of those that are there", () => {
  const point = (expert: number, epoch: number, accuracy: number) => ({ expert, epoch, accuracy });
  expect(expertRows([point(0, 2, 0.75), point(0, 1, 0.5), point(3, 1, 0.25)])).toEqual([
    { epoch: 1, mean: 37.5, e0: 50, e3: 25 },
    { epoch: 2, mean: 75, e0: 75 },
  ]);
  expect(expertRows([])).toEqual([]);
});
