/**
 * How a program is cut into dispatches that write parts of the same output: along its workgroups, which know nothing of
 * each other. `first` moves the numbers of a part's workgroups, so that one pipeline serves all parts and the results
 * are the same bits for every number of them.
 */

/** Workgroups along x, y and z. */
export type Grid = readonly [x: number, y: number, z: number];

export interface Part {
  /** What is added to the number of a workgroup; of flat programs, x alone. */
  first: Grid;
  dispatch: Grid;
}

/** A dispatch may have at most this many workgroups along one axis. */
export const MAX_WORKGROUPS = 65535;

/** Of a flat program. */
export const FLAT_WORKGROUP = 64;

/**
 * The parts of a flat program: workgroups in lines of as many as one axis may have. A last line that is not full goes
 * beyond the part, where its numbers are computed twice, or beyond the end, which every program leaves alone.
 * @param threads in all
 */
export function flatParts(threads: number, count: number): Part[] {
  return shares(Math.ceil(threads / FLAT_WORKGROUP), count).map(([start, size]) => {
    const lines = Math.ceil(size / MAX_WORKGROUPS);
    return { first: [start, 0, 0], dispatch: [Math.ceil(size / lines), lines, 1] };
  });
}

/** The parts of a program with workgroups along three axes, along the longest of these. */
export function gridParts(grid: Grid, count: number): Part[] {
  const longest = grid.indexOf(Math.max(...grid));
  const along = (value: number, others: (axis: number) => number): Grid => {
    const of = (axis: number): number => (axis === longest ? value : others(axis));
    return [of(0), of(1), of(2)];
  };
  return shares(grid[longest]!, count).map(([start, size]) => ({
    first: along(start, () => 0),
    dispatch: along(size, (axis) => grid[axis]!),
  }));
}

/** Start and size of consecutive shares, at most `count` and none empty. */
function shares(total: number, count: number): [start: number, size: number][] {
  if (total === 0) return [];
  const size = Math.ceil(total / Math.min(count, total));
  return Array.from({ length: Math.ceil(total / size) }, (_, share) => [
    share * size,
    Math.min(size, total - share * size),
  ]);
}

/** WGSL: the entry of a flat program, which calls `compute` with the number of the thread. */
export const FLAT_ENTRY = `
  fn main() {
    let group = u32(uniforms.firstX) + workgroupId.y * numWorkgroups.x + workgroupId.x;
    compute(i32(group * ${FLAT_WORKGROUP}u + localIndex));
  }`;

/** WGSL: the entry of a program with three axes, in which `workgroupId` counts the workgroups of all parts. */
export const GRID_ENTRY = `
  fn main() {
    workgroupId = workgroupId + vec3<u32>(u32(uniforms.firstX), u32(uniforms.firstY), u32(uniforms.firstZ));
    compute();
  }`;
