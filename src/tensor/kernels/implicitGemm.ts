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
 *   leftQuad<t>, rightQuad<t> -> vec4<f32>   the same for four neighbours along the sum or the side, where a
 *                               side says so
 *   start(group, column) -> f32
 *
 * 2 · terms · rows · columns · outer · inner FLOPs per group. "tiled": workgroups of 32 x 32 to 128 x 128 results
 * (tiledGemm.ts) in a tiling that was measured on the device (tiling.ts). "direct": 1 x 4 results per thread.
 */
import { tiledMain, type TiledSides } from "./tiledGemm";
import {
  SPLIT_STEPS,
  shapeClass,
  tileOf,
  tilingFor,
  TILINGS,
  type GemmShape,
  type TilingName,
} from "./tiling";
import { askForTiling } from "./tuner";
import { kernelVariant } from "./variant";
import { MAX_WORKGROUPS } from "./programParts";
import type { Program } from "./webgpuProgram";

/**
 * With quads, four neighbours along the sum never cross from one outer step to the next, four neighbouring rows
 * (columns) start at a multiple of four, and the code of a term may read them at once.
 */
export interface ImplicitGemm
  extends Pick<Program, "key" | "code" | "inputs" | "quads" | "shape">, TiledSides {
  /** Beside those that are added here: groups, rows, columns, outer, inner, perSplit. */
  integers: Readonly<Record<string, number>>;
  groups: number;
  rows: number;
  columns: number;
  outer: number;
  inner: number;
  splits: number;
}

/** Workgroups that keep a large GPU busy. */
const BUSY_WORKGROUPS = 512;
/** Results of a workgroup along either side, as far as splits go by it: they must not depend on the tiling. */
const USUAL_TILE = 64;
const LEAST_STEPS_PER_SPLIT = 8 * SPLIT_STEPS;

/** Into how many parts a long sum is split so that there is enough to do at once; 1 in the direct variant. */
export function splitsFor(groups: number, rows: number, columns: number, depth: number): number {
  if (kernelVariant() === "direct") return 1;
  const tiles = groups * Math.ceil(rows / USUAL_TILE) * Math.ceil(columns / USUAL_TILE);
  const wanted = Math.min(Math.ceil(BUSY_WORKGROUPS / tiles), Math.ceil(depth / LEAST_STEPS_PER_SPLIT));
  const perSplit = stepsPerSplit(depth, Math.max(1, wanted));
  return Math.ceil(depth / perSplit); // none is empty
}

const stepsPerSplit = (depth: number, splits: number): number =>
  Math.ceil(depth / splits / SPLIT_STEPS) * SPLIT_STEPS;

/** The program that computes a product; in the tiled variant it is also a question to the tuner. */
export function implicitGemm(gemm: ImplicitGemm): Program {
  if (kernelVariant() === "direct") return directGemm(gemm);
  const shape = shapeOf(gemm);
  askForTiling(shape, {
    inputs: gemm.inputs,
    program: (name, inputs) => tiledGemm({ ...gemm, inputs }, name),
  });
  return tiledGemm(gemm, tilingFor(shape));
}

const kindOf = ({ key, terms, left, right }: ImplicitGemm): string =>
  `${key} ${terms}${left.quads ? " l4" : ""}${right.quads ? " r4" : ""}`;

function shapeOf(gemm: ImplicitGemm): GemmShape {
  const { groups, splits, rows, columns, outer, inner } = gemm;
  return { kind: kindOf(gemm), layers: groups * splits, rows, columns, depth: outer * inner };
}

function integersOf({ integers, groups, rows, columns, outer, inner, splits }: ImplicitGemm) {
  const perSplit = stepsPerSplit(outer * inner, splits);
  return { ...integers, groups, rows, columns, outer, inner, perSplit };
}

/** How much it is, and which products are as fast in a program for each operation. */
const timeOf = (gemm: ImplicitGemm, program: string): Pick<Program, "operations" | "timedAs"> => ({
  operations: gemm.terms * gemm.groups * gemm.rows * gemm.columns * gemm.outer * gemm.inner,
  timedAs: `${shapeClass(shapeOf(gemm))} ${program}`,
});

/** The product in one tiling. */
export function tiledGemm(gemm: ImplicitGemm, name: TilingName): Program {
  const { groups, rows, columns, splits, code, inputs, quads = [], shape } = gemm;
  const tiling = TILINGS[name];
  const tile = tileOf(tiling);
  const layers = groups * splits;
  const writesQuads = columns % 4 === 0;
  const rowTiles = Math.min(Math.ceil(rows / tile.rows), MAX_WORKGROUPS); // more go on along z
  const along = Math.ceil(Math.ceil(rows / tile.rows) / rowTiles);
  return {
    ...{ key: `${kindOf(gemm)} ${name}${writesQuads ? " w4" : ""}`, inputs, quads, shape, writesQuads },
    code: code + tiledMain(gemm, tiling, writesQuads),
    integers: { ...integersOf(gemm), layers, rowTiles },
    workgroups: [Math.ceil(columns / tile.columns), rowTiles, layers * along],
    workgroupSize: tiling.threads,
    ...timeOf(gemm, name),
  };
}

function directGemm(gemm: ImplicitGemm): Program {
  const { code, inputs, quads = [], shape, terms, groups, rows, columns, splits } = gemm;
  if (splits > 1) throw new Error("directGemm(): the direct variant does not split");
  const threads = groups * rows * Math.ceil(columns / 4);
  return {
    ...{ key: `${kindOf(gemm)} direct`, code: code + directMain(terms), inputs, quads, shape },
    ...{ integers: { ...integersOf(gemm), threads }, workgroups: threads },
    ...timeOf(gemm, "direct"),
  };
}

const eachTerm = (terms: number, code: (term: number) => string): string =>
  Array.from({ length: terms }, (_, term) => code(term)).join("");

function directMain(terms: number): string {
  return `
  fn compute(index : i32) {
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
