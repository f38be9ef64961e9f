/**
 * Matrix products whose left side is never stored: what convolution and its two gradients are made of.
 *
 *   result[s, g, m, n] = start(g, n) + Σ over terms, outer, inner of left(m, outer, inner) right(outer, inner, n)
 *
 * g numbers groups of the batch with a result or a right side each, s parts of the sum that are added up later (one
 * part where s is not used; no float atomics, so equal inputs give equal bits). `code` defines
 *
 *   rowOf(group, row) -> vec4<i32>      what a row needs to know, computed once per thread
 *   stepOf(group, outer) -> vec4<i32>   what an outer step needs to know
 *   left<t>(row, step, inner) -> f32, right<t>(group, step, inner, column) -> f32   for each term t
 *   start(group, column) -> f32
 *
 * 2 · terms · rows · columns · outer · inner FLOPs per group. "tiled": 64 x 64 results per workgroup, 4 x 4 per thread,
 * both sides through workgroup memory 16 steps at a time. "direct": 1 x 4 results per thread.
 */
import { MAX_WORKGROUPS, type Program } from "./webgpuProgram";
import { kernelVariant } from "./variant";

export interface ImplicitGemm extends Pick<Program, "key" | "code" | "inputs" | "shape"> {
  /** Beside those that are added here: groups, rows, columns, outer, inner, perSplit. */
  integers: Readonly<Record<string, number>>;
  terms: number;
  groups: number;
  rows: number;
  columns: number;
  outer: number;
  inner: number;
  splits: number;
  /** Whether neighbouring threads load neighbouring rows (columns) or neighbouring steps: what lies side by side. */
  leftAlong: "side" | "step";
  rightAlong: "side" | "step";
}

const TILE = 64;
const STEPS = 16;
/** Workgroups that keep a large GPU busy. */
const BUSY_WORKGROUPS = 512;
const LEAST_STEPS_PER_SPLIT = 8 * STEPS;

/** Into how many parts a long sum is split so that there is enough to do at once; 1 in the direct variant. */
export function splitsFor(groups: number, rows: number, columns: number, depth: number): number {
  if (kernelVariant() === "direct") return 1;
  const tiles = groups * Math.ceil(rows / TILE) * Math.ceil(columns / TILE);
  const wanted = Math.min(Math.ceil(BUSY_WORKGROUPS / tiles), Math.ceil(depth / LEAST_STEPS_PER_SPLIT));
  const perSplit = stepsPerSplit(depth, Math.max(1, wanted));
  return Math.ceil(depth / perSplit); // none is empty
}

const stepsPerSplit = (depth: number, splits: number): number => Math.ceil(depth / splits / STEPS) * STEPS;

export function implicitGemm(gemm: ImplicitGemm): Program {
  const { groups, rows, columns, outer, inner, splits, terms } = gemm;
  const { key, code, inputs, shape } = gemm;
  const perSplit = stepsPerSplit(outer * inner, splits);
  const integers = { ...gemm.integers, groups, rows, columns, outer, inner, perSplit };
  const tiles = [Math.ceil(columns / TILE), Math.ceil(rows / TILE), groups * splits] as const;
  if (kernelVariant() === "tiled" && tiles.every((count) => count <= MAX_WORKGROUPS))
    return {
      ...{ key: `${key} ${terms} tiled`, code: code + tiledMain(gemm), inputs, integers, shape },
      ...{ workgroups: tiles, workgroupSize: [STEPS, STEPS] },
    };
  if (splits > 1) throw new Error("implicitGemm(): the direct variant does not split");
  const threads = groups * rows * Math.ceil(columns / 4);
  return {
    ...{ key: `${key} ${terms} direct`, code: code + directMain(terms), inputs, shape },
    ...{ integers: { ...integers, threads }, workgroups: threads },
  };
}

const eachTerm = (terms: number, code: (term: number) => string): string =>
  Array.from({ length: terms }, (_, term) => code(term)).join("");

function tiledMain({ terms, leftAlong, rightAlong }: ImplicitGemm): string {
  const [leftQuad, leftStep] = leftAlong === "side" ? ["x", "y"] : ["y", "x"];
  const [rightQuad, rightStep] = rightAlong === "side" ? ["x", "y"] : ["y", "x"];
  // loops around barriers may depend on uniforms only
  return `
  var<workgroup> leftTile : array<array<vec4<f32>, ${TILE / 4 + 1}>, ${STEPS}>; // one more: no two in one bank
  var<workgroup> rightTile : array<array<vec4<f32>, ${TILE / 4 + 1}>, ${STEPS}>;
  fn main() {
    let x = i32(localId.x);
    let y = i32(localId.y);
    let group = i32(workgroupId.z) % uniforms.groups;
    let split = i32(workgroupId.z) / uniforms.groups;
    let firstRow = i32(workgroupId.y) * ${TILE};
    let firstColumn = i32(workgroupId.x) * ${TILE};
    let first = split * uniforms.perSplit;
    let end = min(first + uniforms.perSplit, uniforms.outer * uniforms.inner);
    var rowAt : array<vec4<i32>, 4>;
    for (var j = 0; j < 4; j = j + 1) {
      rowAt[j] = rowOf(group, min(firstRow + 4 * ${leftQuad} + j, uniforms.rows - 1));
    }
    var sums : array<vec4<f32>, 4>;
    ${eachTerm(
      terms,
      (term) => `
    for (var t = 0; t < uniforms.perSplit; t = t + ${STEPS}) {
      var a = vec4<f32>(0.0);
      let leftAt = first + t + ${leftStep};
      if (leftAt < end) {
        let outer = leftAt / uniforms.inner;
        let step = stepOf(group, outer);
        for (var j = 0; j < 4; j = j + 1) { a[j] = left${term}(rowAt[j], step, leftAt - outer * uniforms.inner); }
      }
      leftTile[${leftStep}][${leftQuad}] = a;
      var b = vec4<f32>(0.0);
      let rightAt = first + t + ${rightStep};
      if (rightAt < end) {
        let outer = rightAt / uniforms.inner;
        let step = stepOf(group, outer);
        for (var j = 0; j < 4; j = j + 1) {
          let column = firstColumn + 4 * ${rightQuad} + j;
          if (column < uniforms.columns) {
            b[j] = right${term}(group, step, rightAt - outer * uniforms.inner, column);
          }
        }
      }
      rightTile[${rightStep}][${rightQuad}] = b;
      workgroupBarrier();
      for (var k = 0; k < ${STEPS}; k = k + 1) {
        let l = leftTile[k][y];
        let r = rightTile[k][x];
        sums[0] = fma(vec4<f32>(l.x), r, sums[0]);
        sums[1] = fma(vec4<f32>(l.y), r, sums[1]);
        sums[2] = fma(vec4<f32>(l.z), r, sums[2]);
        sums[3] = fma(vec4<f32>(l.w), r, sums[3]);
      }
      workgroupBarrier();
    }`,
    )}
    for (var i = 0; i < 4; i = i + 1) {
      let row = firstRow + 4 * y + i;
      for (var j = 0; j < 4; j = j + 1) {
        let column = firstColumn + 4 * x + j;
        if (row < uniforms.rows && column < uniforms.columns) {
          let at = (i32(workgroupId.z) * uniforms.rows + row) * uniforms.columns + column;
          result[at] = sums[i][j] + start(group, column);
        }
      }
    }
  }`;
}

function directMain(terms: number): string {
  return `
  fn main(index : i32) {
    if (index >= uniforms.threads) { return; }
    let quads = (uniforms.columns + 3) / 4;
    let row = (index / quads) % uniforms.rows;
    let group = index / (quads * uniforms.rows);
    let column = 4 * (index % quads);
    let last = uniforms.columns - 1;
    let columns = min(vec4<i32>(column, column + 1, column + 2, column + 3), vec4<i32>(last));
    let rowAt = rowOf(group, row);
    var total = vec4<f32>(0.0);
    for (var outer = 0; outer < uniforms.outer; outer = outer + 1) {
      let step = stepOf(group, outer);
      var sum = vec4<f32>(0.0); // sums of sums round less
      for (var inner = 0; inner < uniforms.inner; inner = inner + 1) {
        ${eachTerm(
          terms,
          (term) => `
        let a${term} = left${term}(rowAt, step, inner);
        if (a${term} != 0.0) { // half of all numbers behind a ReLU, and the border
          sum = sum + a${term} * vec4<f32>(
            right${term}(group, step, inner, columns.x),
            right${term}(group, step, inner, columns.y),
            right${term}(group, step, inner, columns.z),
            right${term}(group, step, inner, columns.w));
        }`,
        )}
      }
      total = total + sum;
    }
    for (var j = 0; j < 4; j = j + 1) {
      if (column + j < uniforms.columns) {
        result[(group * uniforms.rows + row) * uniforms.columns + column + j] = total[j] + start(group, column + j);
      }
    }
  }`;
}
