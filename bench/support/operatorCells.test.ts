import { expect, it } from "vitest";
import { ratioTable, tooMuch, type Cell, type CellRow } from "./operatorCells";
import { timingOf } from "./timing";

const cell = (width: number, batch: number, side = 32): Cell => ({
  operator: "weightGradient",
  sizes: { width, batch, side, channels: 3, depth: 3, classes: 10 },
});
const row = (of: Cell, ours: number, torch: number): CellRow => ({
  ...of,
  times: { ours: timingOf([ours]), PyTorch: timingOf([torch]) },
  ratios: { ours: timingOf([1]), PyTorch: timingOf([torch / ours]) },
  missing: {},
});

it("leaves out what smaller cells foretell to be too much", () => {
  const rows = [row(cell(32, 64), 200, 100), row(cell(32, 256), 1000, 300)];
  const budget = { seconds: 10, gigabytes: 3 };
  expect(tooMuch(cell(128, 64), "ours", rows, budget)).toBeNull(); // 4 x 1 s, by the nearer of the two
  expect(tooMuch(cell(128, 256), "ours", rows, budget)).toBe("about 16.0 s a call");
  expect(tooMuch(cell(128, 256), "PyTorch", rows, budget)).toBeNull();
  expect(tooMuch(cell(128, 256), "tfjs", rows, budget)).toBeNull(); // nothing is known of it
  expect(tooMuch(cell(128, 256, 64), "PyTorch", [], budget)).toMatch(/^about 5\.\d+ GB$/);
});

it("tables ours with how many times PyTorch's it is", () => {
  const out: CellRow = { ...cell(128, 64), times: {}, ratios: {}, missing: { ours: "about 4 GB" } };
  expect(
    ratioTable([row(cell(32, 64), 200, 100), out])
      .split("\n")
      .slice(2),
  ).toEqual(["| weightGradient | 32x32x3 | 200 (2.00) | left out |"]);
});
