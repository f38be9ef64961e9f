/**
 * The row-wise cosine distance of gradient matching and its derivative (formulas in ops/rowCosine.ts), over rows that
 * lie in blocks of k flat vectors:
 *
 *   ROW_COSINE_SUMS    <a, b>, |a|², |b|² of every row; bound: a and b once; 6 FLOPs per number
 *   ROW_COSINE         d, from the sums; bound: the sums
 *   ROW_COSINE_GRAD    dd/da times the incoming derivative; bound: a, b and the result once; about 20 FLOPs per number
 *
 * Sums in the tiled variant: 32 neighbouring rows and every eighth of their numbers per workgroup, or, where all rows are
 * contiguous, one row per workgroup. In the direct variant one thread adds up a row.
 */
import type * as tf from "@tensorflow/tfjs";
import { kernelVariant } from "./variant";
import { MAX_WORKGROUPS } from "./programParts";
import { registerWebGpuKernel, type Program } from "./webgpuProgram";
import { sumPath, workgroupSums } from "./workgroupSum";

export const ROW_COSINE_SUMS = "RowCosineSums"; // (a [k, P], b [k, P]) -> [k, 3, rows]
export const ROW_COSINE = "RowCosine"; // (sums [k, 3, rows]) -> [k]
export const ROW_COSINE_GRAD = "RowCosineGrad"; // (a, b, sums, dy [k]) -> [k, P]

export interface RowBlock {
  /** Where the tensor starts in the flat vector. */
  offset: number;
  rows: number;
  /** Numbers per row. */
  length: number;
  /** True when neighbouring numbers belong to neighbouring rows ([length, rows]), false for [rows, length]. */
  interleaved: boolean;
}

export interface RowCosineAttributes {
  vectors: number;
  size: number;
  blocks: readonly RowBlock[];
}

const COLUMNS = 32;
const LANES = 8;
const THREADS = COLUMNS * LANES;

const rowsOf = (blocks: readonly RowBlock[]): number => blocks.reduce((sum, { rows }) => sum + rows, 0);

function integersOf({ vectors, size, blocks }: RowCosineAttributes): Record<string, number> {
  const rows = rowsOf(blocks);
  const places = blocks.flatMap((block, b) => [
    [`offset${b}`, block.offset],
    [`rows${b}`, block.rows],
    [`length${b}`, block.length],
    [`rowStep${b}`, block.interleaved ? 1 : block.length],
    [`step${b}`, block.interleaved ? block.rows : 1],
  ]);
  return { ...(Object.fromEntries(places) as Record<string, number>), vectors, numbers: size, rows };
}

/** WGSL: where the numbers of a row lie, by a search through the blocks. */
const rowCode = (count: number): string => `
  struct Row { start : i32, length : i32, step : i32 };
  fn rowAt(number : i32) -> Row {
    var row = number;
    ${eachBlock(
      count,
      (b) => `
    if (row < uniforms.rows${b}) {
      return Row(uniforms.offset${b} + row * uniforms.rowStep${b}, uniforms.length${b}, uniforms.step${b});
    }
    row = row - uniforms.rows${b};`,
    )}
    return Row(0, 0, 1);
  }`;

const eachBlock = (count: number, code: (block: number) => string): string =>
  Array.from({ length: count }, (_, block) => code(block)).join("");

const addRow = (lane: string, lanes: number): string => `
    var s : array<f32, 3>;
    for (var i = ${lane}; i < row.length; i = i + ${lanes}) {
      let at = vector * uniforms.numbers + row.start + i * row.step;
      s[0] = s[0] + a[at] * b[at];
      s[1] = s[1] + a[at] * a[at];
      s[2] = s[2] + b[at] * b[at];
    }`;

const WRITE_ROW = `
    for (var i = 0; i < 3; i = i + 1) { result[(vector * 3 + i) * uniforms.rows + number] = s[i]; }`;

registerWebGpuKernel<RowCosineAttributes>(ROW_COSINE_SUMS, ({ inputs, attributes, run }) => {
  const { vectors, blocks } = attributes;
  const rows = rowsOf(blocks);
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const program = {
    inputs: { a, b },
    integers: integersOf(attributes),
    shape: [vectors, 3, rows],
  };
  const tiled = kernelVariant() === "tiled" && vectors <= MAX_WORKGROUPS && rows <= MAX_WORKGROUPS;
  if (!tiled) return run({ ...program, ...directSums(vectors * rows, blocks.length) });
  const isContiguous = blocks.every(({ interleaved, rows: count }) => !interleaved || count === 1);
  return run({
    ...program,
    ...(isContiguous ? contiguousSums : interleavedSums)(vectors, rows, blocks.length),
  });
});

type SumsProgram = Pick<Program, "key" | "code" | "workgroups" | "workgroupSize">;

const directSums = (threads: number, blocks: number): SumsProgram => ({
  key: `${ROW_COSINE_SUMS} ${blocks} direct`,
  code: `${rowCode(blocks)}
  fn compute(index : i32) {
    if (index >= uniforms.vectors * uniforms.rows) { return; }
    let vector = index / uniforms.rows;
    let number = index % uniforms.rows;
    let row = rowAt(number);
    ${addRow("0", 1)}
    ${WRITE_ROW}
  }`,
  workgroups: threads,
});

const interleavedSums = (vectors: number, rows: number, blocks: number): SumsProgram => ({
  key: `${ROW_COSINE_SUMS} ${blocks} tiled`,
  code: `${rowCode(blocks)}
  var<workgroup> laneSums : array<array<array<f32, ${COLUMNS}>, ${LANES}>, 3>;
  fn compute() {
    let vector = i32(workgroupId.y);
    let number = i32(workgroupId.x) * ${COLUMNS} + i32(localId.x);
    let row = rowAt(number);
    ${addRow("i32(localId.y)", LANES)}
    for (var i = 0; i < 3; i = i + 1) { laneSums[i][localId.y][localId.x] = s[i]; }
    workgroupBarrier();
    if (localId.y != 0u || number >= uniforms.rows) { return; }
    for (var i = 0; i < 3; i = i + 1) {
      for (var lane = 1; lane < ${LANES}; lane = lane + 1) { s[i] = s[i] + laneSums[i][lane][localId.x]; }
    }
    ${WRITE_ROW}
  }`,
  workgroups: [Math.ceil(rows / COLUMNS), vectors, 1],
  workgroupSize: [COLUMNS, LANES],
});

const contiguousSums = (vectors: number, rows: number, blocks: number): SumsProgram => ({
  key: `${ROW_COSINE_SUMS} ${blocks} contiguous ${sumPath()}`,
  code: `${rowCode(blocks)}
  ${workgroupSums(3, THREADS, sumPath())}
  fn compute() {
    let vector = i32(workgroupId.y);
    let number = i32(workgroupId.x);
    let row = rowAt(number);
    ${addRow("i32(localIndex)", THREADS)}
    s = workgroupSums(s);
    if (localIndex != 0u) { return; }
    ${WRITE_ROW}
  }`,
  workgroups: [rows, vectors, 1],
  workgroupSize: [COLUMNS, LANES],
});

/** WGSL: <a, b>, |a| and |b| of a row. */
const TERMS = `
  fn terms(vector : i32, number : i32) -> vec3<f32> {
    let at = vector * 3 * uniforms.rows + number;
    return vec3<f32>(sums[at], sqrt(sums[at + uniforms.rows]), sqrt(sums[at + 2 * uniforms.rows]));
  }`;

registerWebGpuKernel<RowCosineAttributes>(ROW_COSINE, ({ inputs, attributes, run }) => {
  const { vectors, blocks } = attributes;
  const tiled = kernelVariant() === "tiled" && vectors <= MAX_WORKGROUPS;
  const sum = (lane: string, lanes: number): string => `
    var s : array<f32, 1>;
    for (var number = ${lane}; number < uniforms.rows; number = number + ${lanes}) {
      let t = terms(vector, number);
      s[0] = s[0] + (1.0 - t.x / (t.y * t.z + 0.000001));
    }`;
  const program = {
    inputs: { sums: inputs["sums"]! },
    integers: { vectors, rows: rowsOf(blocks) },
    shape: [vectors],
  };
  if (!tiled)
    return run({
      ...program,
      key: `${ROW_COSINE} direct`,
      code: `${TERMS}
  fn compute(index : i32) {
    if (index >= uniforms.vectors) { return; }
    let vector = index;
    ${sum("0", 1)}
    result[vector] = s[0];
  }`,
      workgroups: vectors,
    });
  return run({
    ...program,
    key: `${ROW_COSINE} tiled ${sumPath()}`,
    code: `${TERMS}
  ${workgroupSums(1, THREADS, sumPath())}
  fn compute() {
    let vector = i32(workgroupId.x);
    ${sum("i32(localIndex)", THREADS)}
    s = workgroupSums(s);
    if (localIndex == 0u) { result[vector] = s[0]; }
  }`,
    workgroups: [vectors, 1, 1],
    workgroupSize: [COLUMNS, LANES],
  });
});

registerWebGpuKernel<RowCosineAttributes>(ROW_COSINE_GRAD, ({ inputs, attributes, run }) => {
  const { vectors, size, blocks } = attributes;
  const { a, b, sums, dy } = inputs as Record<"a" | "b" | "sums" | "dy", tf.TensorInfo>;
  return run({
    key: `${ROW_COSINE_GRAD} ${blocks.length}`,
    code: `${TERMS}
  fn rowOf(place : i32) -> i32 { // the number of the row that a place of the vector belongs to, -1 for none
    var first = 0;
    ${eachBlock(
      blocks.length,
      (block) => `
    {
      let inside = place - uniforms.offset${block};
      if (inside >= 0 && inside < uniforms.rows${block} * uniforms.length${block}) {
        return first + inside / uniforms.rowStep${block} % uniforms.rows${block};
      }
      first = first + uniforms.rows${block};
    }`,
    )}
    return -1;
  }
  fn compute(index : i32) {
    if (index >= uniforms.vectors * uniforms.numbers) { return; }
    let vector = index / uniforms.numbers;
    let row = rowOf(index % uniforms.numbers);
    if (row < 0) { result[index] = 0.0; return; }
    let t = terms(vector, row);
    let n = t.y * t.z + 0.000001;
    if (t.y == 0.0) { result[index] = 0.0; return; }
    result[index] = dy[vector] * (t.x * t.z / (t.y * n * n) * a[index] - b[index] / n);
  }`,
    inputs: { a, b, sums, dy },
    integers: integersOf(attributes),
    shape: [vectors, size],
    workgroups: vectors * size,
  });
});
