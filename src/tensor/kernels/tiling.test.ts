import { describe, expect, it } from "vitest";
import {
  defaultTiling,
  shapeClass,
  SPLIT_STEPS,
  TILINGS,
  tileOf,
  type Tiling,
  type TilingName,
} from "./tiling";
import { candidates } from "./tuner";

describe.each(Object.entries(TILINGS) as [TilingName, Tiling][])("tiling %s", (name, tiling) => {
  it("is named as it is, and fits every device", () => {
    const tile = tileOf(tiling);
    expect(name).toBe(`${tile.rows}x${tile.columns}`);
    const [x, y] = tiling.threads;
    expect(x * y).toBeLessThanOrEqual(256);
    const left = Math.max(tile.rows * (tiling.steps / 4 + 1), tiling.steps * (tile.rows / 4 + 1));
    const right = tiling.steps * (tile.columns / 4 + 1);
    expect(16 * (left + right)).toBeLessThanOrEqual(16_384);
    expect(SPLIT_STEPS % tiling.steps).toBe(0); // else parts of a sum would differ
    expect((tile.rows * tiling.steps) % (4 * x * y)).toBe(0); // whole loads
  });
});

it("takes the narrowest tile that holds all columns", () => {
  expect([3, 16, 17, 32, 33, 128].map((columns) => defaultTiling({ columns }))).toEqual([
    ...["128x16", "128x16", "64x32", "64x32", "64x64", "64x64"],
  ]);
});

it("measures what is not mostly empty, the usual one first", () => {
  expect(candidates({ rows: 100_000, columns: 3 })).toEqual(["128x16"]);
  expect(candidates({ rows: 100_000, columns: 128 })).toEqual([
    "64x64",
    "128x64",
    "128x128",
    "64x32",
    "32x32",
  ]);
  expect(candidates({ rows: 28, columns: 128 })).toEqual(["64x64", "32x32"]);
});

it("has one class for shapes that differ little", () => {
  const shape = { kind: "k", layers: 1, rows: 65_536, columns: 128, depth: 1152 };
  expect(shapeClass({ ...shape, rows: 60_000 })).toBe(shapeClass(shape));
  expect(shapeClass({ ...shape, rows: 16_384 })).not.toBe(shapeClass(shape));
  expect(shapeClass({ ...shape, columns: 64 })).not.toBe(shapeClass(shape));
});
