import { describe, expect, it } from "vitest";
import { FLAT_WORKGROUP, flatParts, gridParts, MAX_WORKGROUPS, type Grid, type Part } from "./programParts";

const size = ([x, y, z]: Grid): number => x * y * z;
const fits = ({ dispatch }: Part): boolean =>
  dispatch.every((count) => count >= 1 && count <= MAX_WORKGROUPS);

describe("flat programs", () => {
  it.each([
    [1, 1],
    [100, 3],
    [64 * 10, 7],
    [64 * 10, 1000],
    [64 * MAX_WORKGROUPS * 2 + 1, 1],
    [64 * MAX_WORKGROUPS * 2 + 1, 5],
  ])("%d threads in at most %d parts", (threads, count) => {
    const parts = flatParts(threads, count);
    const groups = Math.ceil(threads / FLAT_WORKGROUP);
    expect(parts.length).toBeLessThanOrEqual(Math.min(count, groups));
    expect(parts.every(fits)).toBe(true);
    const ends = parts.map(({ first, dispatch }) => first[0] + size(dispatch));
    expect(parts[0]!.first).toEqual([0, 0, 0]);
    parts.slice(1).forEach(({ first }, i) => expect(first[0]).toBeLessThanOrEqual(ends[i]!)); // no gap
    expect(ends.at(-1)).toBeGreaterThanOrEqual(groups);
    expect(ends.at(-1)! - groups).toBeLessThan(groups / MAX_WORKGROUPS + 1); // and little beyond the end
  });

  it("are nothing without threads", () => expect(flatParts(0, 3)).toEqual([]));
});

describe("programs with three axes", () => {
  it.each([
    [[3, 7, 2], 1],
    [[3, 7, 2], 3],
    [[3, 7, 2], 100],
    [[1, 1, 12], 5],
    [[9, 2, 9], 2],
  ] as [Grid, number][])("%j in at most %d parts: every workgroup once", (grid, count) => {
    const parts = gridParts(grid, count);
    expect(parts.length).toBeLessThanOrEqual(count);
    const seen = new Set<string>();
    for (const { first, dispatch } of parts)
      for (let x = 0; x < dispatch[0]; x++)
        for (let y = 0; y < dispatch[1]; y++)
          for (let z = 0; z < dispatch[2]; z++) {
            const place = [x + first[0], y + first[1], z + first[2]];
            expect(seen.has(place.join())).toBe(false);
            place.forEach((at, axis) => expect(at).toBeLessThan(grid[axis]!));
            seen.add(place.join());
          }
    expect(seen.size).toBe(size(grid));
  });
});
