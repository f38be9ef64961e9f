import { expect, it } from "vitest";
import { stepScores } from "./continualLines";
import { networkGrid } from "./networkGrid";
import { int } from "@/shared/params";

it("gives mean and deviation over the repetitions of each step, null where none has ended", () => {
  const memory = { subject: "set" as const, accuracies: [[0.8, 0.6], [0.5], []] };
  const [first, second, third, fourth] = stepScores(memory, 4);
  expect(first!.mean).toBeCloseTo(0.7);
  expect(first!.std).toBeCloseTo(0.1);
  expect(second).toEqual({ mean: 0.5, std: 0 });
  expect([third, fourth]).toEqual([null, null]);
});

it("makes one network per width, depth and norm, with the other settings as declared", () => {
  const grid = networkGrid({ kernel: int("Kernel", { default: 3, min: 1, max: 5 }) }, {
    widths: [8, 16],
    depths: [1, 2],
    norms: ["none"],
  }); // prettier-ignore
  expect(grid).toHaveLength(4);
  expect(new Set(grid.map(({ params }) => JSON.stringify(params))).size).toBe(4);
  expect(grid[0]).toEqual({ id: "convnet", params: { kernel: 3, width: 8, depth: 1, norm: "none" } });
});
