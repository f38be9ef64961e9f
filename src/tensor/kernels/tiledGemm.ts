/**
 * WGSL of a tiled matrix product: both sides go through workgroup memory, a few steps of the sum at a time, and every
 * thread keeps a block of results in registers.
 *
 * A left side that is loaded along the sum lies there row by row with four steps in a vec4, otherwise step by step with
 * four rows in one; the right side lies step by step with four columns in one. A thread's rows and quads of columns are
 * strided, so that threads side by side read different banks. Per round and thread: rows · columns · steps fused
 * multiply-adds for rows · steps / 4 + columns · steps / 4 vec4 out of workgroup memory.
 */
import { tileOf, type Tiling } from "./tiling";

/** What of a product the code depends on; the functions that it calls are described in implicitGemm.ts. */
export interface TiledSides {
  terms: number;
  left: LoadedSide;
  right: LoadedSide;
}

export interface LoadedSide {
  /** Whether neighbouring threads load neighbouring rows (columns) or neighbouring steps: what lies side by side. */
  along: "side" | "step";
  /** Whether four of them are loaded at once, by `leftQuad<t>` or `rightQuad<t>`. */
  quads: boolean;
}

/** @param writesQuads four neighbours of a result at once: `result` is then an array of vec4 */
export function tiledMain(sides: TiledSides, tiling: Tiling, writesQuads: boolean): string {
  const { threads, rows, columns, steps } = tiling;
  const tile = tileOf(tiling);
  const isPacked = sides.left.along === "step"; // four steps in a vec4
  const [leftLines, leftQuads] = isPacked ? [tile.rows, steps / 4] : [steps, tile.rows / 4];
  const rowOfResult = (i: number) =>
    isPacked ? `${i * threads[1]} + y` : `4 * (${Math.floor(i / 4) * threads[1]} + y) + ${i % 4}`;
  // loops around barriers may depend on uniforms only; one more in each line: no two lines in one bank
  return `
  var<workgroup> leftTile : array<array<vec4<f32>, ${leftQuads + 1}>, ${leftLines}>;
  var<workgroup> rightTile : array<array<vec4<f32>, ${tile.columns / 4 + 1}>, ${steps}>;
  fn writeQuad(layer : i32, group : i32, row : i32, column : i32, sums : vec4<f32>) {
    if (row >= uniforms.rows || column >= uniforms.columns) { return; }
    let at = (layer * uniforms.rows + row) * uniforms.columns + column;
    ${writesQuads ? WRITE_FOUR : WRITE_EACH}
  }
  ${termChoice(sides)}
  fn compute() {
    let x = i32(localId.x);
    let y = i32(localId.y);
    let thread = i32(localIndex);
    let layer = i32(workgroupId.z) % uniforms.layers;
    let group = layer % uniforms.groups;
    let split = layer / uniforms.groups;
    let firstRow = (i32(workgroupId.z) / uniforms.layers * uniforms.rowTiles + i32(workgroupId.y)) * ${tile.rows};
    let firstColumn = i32(workgroupId.x) * ${tile.columns};
    let first = split * uniforms.perSplit;
    let end = min(first + uniforms.perSplit, uniforms.outer * uniforms.inner);
    ${leftSetup(sides, tiling)}
    ${each(rows, (i) => each(columns / 4, (c) => `var s${i}_${c} = vec4<f32>(0.0);`))}
    for (var term = 0; term < ${sides.terms}; term = term + 1) {
      for (var t = 0; t < uniforms.perSplit; t = t + ${steps}) {
        ${leftLoads(sides, tiling)}
        ${rightLoads(sides, tiling)}
        workgroupBarrier();
        ${isPacked ? productOfPacked(tiling) : productOfLines(tiling)}
        workgroupBarrier();
      }
    }
    ${each(rows, (i) =>
      each(
        columns / 4,
        (c) =>
          `writeQuad(layer, group, firstRow + ${rowOfResult(i)}, firstColumn + 4 * (${c * threads[0]} + x), s${i}_${c});`,
      ),
    )}
  }`;
}

const WRITE_FOUR = `result[at / 4] = sums + vec4<f32>(
      start(group, column), start(group, column + 1), start(group, column + 2), start(group, column + 3));`;

const WRITE_EACH = `for (var j = 0; j < min(4, uniforms.columns - column); j = j + 1) {
      result[at + j] = sums[j] + start(group, column + j);
    }`;

/** The functions of a term by its number, so that the loops over the sum are there once. */
function termChoice({ terms, left, right }: TiledSides): string {
  const choose = (name: string, type: string, parameters: string, call: (term: number) => string) => `
  fn ${name}(term : i32, ${parameters}) -> ${type} {
    ${terms === 2 ? `if (term == 1) { return ${call(1)}; }` : ""}
    return ${call(0)};
  }`;
  const ofLeft = "row : vec4<i32>, step : vec4<i32>, inner : i32";
  const ofRight = "group : i32, step : vec4<i32>, inner : i32, column : i32";
  return [
    left.quads
      ? choose("leftFour", "vec4<f32>", ofLeft, (term) => `leftQuad${term}(row, step, inner)`)
      : choose("leftOne", "f32", ofLeft, (term) => `left${term}(row, step, inner)`),
    right.quads
      ? choose("rightFour", "vec4<f32>", ofRight, (term) => `rightQuad${term}(group, step, inner, column)`)
      : choose("rightOne", "f32", ofRight, (term) => `right${term}(group, step, inner, column)`),
  ].join("");
}

const threadsOf = ({ threads }: Tiling): number => threads[0] * threads[1];

/** Loads of four numbers of the left side that each thread makes per round. */
function leftCount(tiling: Tiling): number {
  const count = (tileOf(tiling).rows * tiling.steps) / 4 / threadsOf(tiling);
  if (!Number.isInteger(count)) throw new Error("leftCount(): a tiling needs whole loads");
  return count;
}

/** WGSL: finds the outer step, what it needs to know and the inner step of step `at`. */
const STEP = `
          let outer = at / uniforms.inner;
          let step = stepOf(group, outer);
          let inner = at - outer * uniforms.inner;`;

/** Where a thread loads, and what it knows of its rows before the first round. */
function leftSetup({ left }: TiledSides, tiling: Tiling): string {
  if (left.along === "step")
    return `
    let leftStep = 4 * (thread % ${tiling.steps / 4});
    let leftRow = thread / ${tiling.steps / 4};
    var rowAt : array<vec4<i32>, ${leftCount(tiling)}>;
    for (var l = 0; l < ${leftCount(tiling)}; l = l + 1) {
      let row = firstRow + leftRow + l * ${rowsFurther(tiling)};
      rowAt[l] = rowOf(group, min(row, uniforms.rows - 1));
    }`;
  const quads = tileOf(tiling).rows / 4;
  return `
    let leftQuad = thread % ${quads};
    let leftStep = thread / ${quads};
    var rowAt : array<vec4<i32>, 4>;
    ${
      left.quads
        ? `rowAt[0] = rowOf(group, min(firstRow + 4 * leftQuad, (uniforms.rows - 1) / 4 * 4));`
        : `for (var j = 0; j < 4; j = j + 1) {
      rowAt[j] = rowOf(group, min(firstRow + 4 * leftQuad + j, uniforms.rows - 1));
    }`
    }`;
}

/** From one load of a thread to its next: rows of a side loaded along the sum, steps of the other. */
const rowsFurther = (tiling: Tiling): number => (threadsOf(tiling) * 4) / tiling.steps;
const stepsFurther = (tiling: Tiling): number => (threadsOf(tiling) * 4) / tileOf(tiling).rows;

function leftLoads({ left }: TiledSides, tiling: Tiling): string {
  const loop = `for (var l = 0; l < ${leftCount(tiling)}; l = l + 1)`;
  if (left.along === "step") {
    const one = `
        let at = first + t + leftStep;
        if (at < end) {${STEP}
          a = leftFour(term, rowAt[l], step, inner);
        }`;
    const each = `
        for (var j = 0; j < 4; j = j + 1) {
        let at = first + t + leftStep + j;
        if (at < end) {${STEP}
          a[j] = leftOne(term, rowAt[l], step, inner);
        }
        }`;
    return `${loop} {
        var a = vec4<f32>(0.0);
        ${left.quads ? one : each}
        leftTile[leftRow + l * ${rowsFurther(tiling)}][leftStep / 4] = a;
      }`;
  }
  return `${loop} {
        let own = leftStep + l * ${stepsFurther(tiling)};
        let at = first + t + own;
        var a = vec4<f32>(0.0);
        if (at < end) {${STEP}
          ${
            left.quads
              ? "a = leftFour(term, rowAt[0], step, inner);"
              : "for (var j = 0; j < 4; j = j + 1) { a[j] = leftOne(term, rowAt[j], step, inner); }"
          }
        }
        leftTile[own][leftQuad] = a;
      }`;
}

function rightLoads({ right }: TiledSides, tiling: Tiling): string {
  const { steps } = tiling;
  const quads = tileOf(tiling).columns / 4;
  if (right.along === "step" && right.quads) return rightSquares(tiling);
  const place =
    right.along === "side"
      ? `let quad = slot % ${quads}; let own = slot / ${quads};`
      : `let own = slot % ${steps}; let quad = slot / ${steps};`;
  return `for (var slot = thread; slot < ${steps * quads}; slot = slot + ${threadsOf(tiling)}) {
        ${place}
        let at = first + t + own;
        let column = firstColumn + 4 * quad;
        var b = vec4<f32>(0.0);
        if (at < end) {${STEP}
          ${
            right.quads
              ? "if (column < uniforms.columns) { b = rightFour(term, group, step, inner, column); }"
              : `for (var j = 0; j < min(4, uniforms.columns - column); j = j + 1) {
            b[j] = rightOne(term, group, step, inner, column + j);
          }`
          }
        }
        rightTile[own][quad] = b;
      }`;
}

/** Four columns of four steps, loaded along the sum and turned. */
function rightSquares(tiling: Tiling): string {
  const fours = tiling.steps / 4;
  const quads = tileOf(tiling).columns / 4;
  return `for (var slot = thread; slot < ${fours * quads}; slot = slot + ${threadsOf(tiling)}) {
        let own = 4 * (slot % ${fours});
        let quad = slot / ${fours};
        let at = first + t + own;
        let column = firstColumn + 4 * quad;
        ${each(4, (j) => `var c${j} = vec4<f32>(0.0);`)}
        if (at < end) {${STEP}
          ${each(
            4,
            (j) =>
              `if (column + ${j} < uniforms.columns) { c${j} = rightFour(term, group, step, inner, column + ${j}); }`,
          )}
        }
        ${each(4, (k) => `rightTile[own + ${k}][quad] = vec4<f32>(c0[${k}], c1[${k}], c2[${k}], c3[${k}]);`)}
      }`;
}

/** Four steps at a time, with four steps of a row in a vec4. */
function productOfPacked({ threads, rows, columns, steps }: Tiling): string {
  const quads = columns / 4;
  return `for (var q = 0; q < ${steps / 4}; q = q + 1) {
        ${each(4, (k) => each(quads, (c) => `let b${k}_${c} = rightTile[4 * q + ${k}][${c * threads[0]} + x];`))}
        ${each(
          rows,
          (i) => `
        let a${i} = leftTile[${i * threads[1]} + y][q];
        ${each(4, (k) => each(quads, (c) => `s${i}_${c} = fma(vec4<f32>(a${i}[${k}]), b${k}_${c}, s${i}_${c});`))}`,
        )}
      }`;
}

/** One step at a time, with four rows of a step in a vec4. */
function productOfLines({ threads, rows, columns, steps }: Tiling): string {
  const quads = columns / 4;
  return `for (var k = 0; k < ${steps}; k = k + 1) {
        ${each(quads, (c) => `let b${c} = rightTile[k][${c * threads[0]} + x];`)}
        ${each(rows / 4, (r) => `let a${r} = leftTile[k][${r * threads[1]} + y];`)}
        ${each(rows, (i) => each(quads, (c) => `s${i}_${c} = fma(vec4<f32>(a${Math.floor(i / 4)}[${i % 4}]), b${c}, s${i}_${c});`))}
      }`;
}

const each = (count: number, code: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => code(index)).join("\n");
