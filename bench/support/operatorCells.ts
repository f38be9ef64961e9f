/** The cells of the bench `operators`, an operator at a size each: how they are written, and which of them are too much. */
import { mapSide, OPERATORS, type OperatorName, type OperatorSizes } from "./operatorShapes";
import { markdownTable, threeDigits, type Timing } from "./timing";

export interface Cell {
  operator: OperatorName;
  sizes: OperatorSizes;
}

export interface CellRow extends Cell {
  times: Record<string, Timing>;
  /** Contestant / ours, of turns next to each other. */
  ratios: Record<string, Timing>;
  /** Why a contestant has no time; ours has none where the whole cell was left out. */
  missing: Record<string, string>;
}

/** What a call may take. */
export interface Budget {
  seconds: number;
  gigabytes: number;
}

/** "32, 64, 28x28x1" */
export const sizeText = ({ width, batch, side, channels }: OperatorSizes): string =>
  `${width}, ${batch}, ${side}x${side}x${channels}`;

export const isSameCell = (a: Cell, b: Cell): boolean =>
  a.operator === b.operator && sizeText(a.sizes) === sizeText(b.sizes);

/** The heap that an operator was seen to take on wasm, in maps of the first block. */
const MAPS: Record<OperatorName, number> = {
  "conv forward": 1.1,
  "conv input gradient": 1.3,
  "conv filter gradient": 1.9,
  "norm block, forward + backward": 2.8,
  features: 5.4,
  "features, towards images": 9.4,
  weightGradient: 9.4,
  "weightGradient, second order": 16.2,
};

/** Roughly what a call takes of the memory. */
export function gigabytesOf({ operator, sizes }: Cell): number {
  return 4e-9 * sizes.batch * mapSide(sizes, 0) ** 2 * sizes.width * MAPS[operator];
}

/** Proportional to what a call computes. */
function workOf({ operator, sizes }: Cell): number {
  const { width, batch } = sizes;
  return batch * mapSide(sizes, 0) ** 2 * width * (operator.startsWith("norm") ? 1 : width);
}

/** Why a contestant should not begin with a cell, by what smaller ones took; null where nothing speaks against it. */
export function tooMuch(cell: Cell, who: string, rows: readonly CellRow[], budget: Budget): string | null {
  const gigabytes = gigabytesOf(cell);
  if (gigabytes > budget.gigabytes) return `about ${threeDigits(gigabytes)} GB`;
  const [nearest] = rows
    .filter((row) => row.operator === cell.operator && row.times[who] && workOf(row) <= workOf(cell))
    .sort((a, b) => workOf(b) - workOf(a));
  if (!nearest) return null;
  const seconds = (nearest.times[who]!.median / 1000) * (workOf(cell) / workOf(nearest));
  return seconds > budget.seconds ? `about ${threeDigits(seconds)} s a call` : null;
}

/** One line per operator and image, one column per width and batch: ours in milliseconds and, behind it, ours / PyTorch's. */
export function ratioTable(rows: readonly CellRow[]): string {
  const imageOf = ({ side, channels }: OperatorSizes) => `${side}x${side}x${channels}`;
  const columnOf = ({ width, batch }: OperatorSizes) => `${width}, ${batch}`;
  const unique = (texts: readonly string[]) => [...new Set(texts)];
  const columns = unique(rows.map(({ sizes }) => columnOf(sizes)));
  const lines = OPERATORS.flatMap((operator) => {
    const own = rows.filter((row) => row.operator === operator);
    return unique(own.map(({ sizes }) => imageOf(sizes))).map((image) => {
      const cells = columns.map((column) =>
        own.find(({ sizes }) => imageOf(sizes) === image && columnOf(sizes) === column),
      );
      return [operator, image, ...cells.map((row) => (row ? ratioText(row) : ""))];
    });
  });
  return markdownTable(["ms (times PyTorch's)", "image", ...columns], lines);
}

function ratioText({ times, ratios }: CellRow): string {
  if (!times["ours"]) return "left out";
  const torch = ratios["PyTorch"];
  return threeDigits(times["ours"].median) + (torch ? ` (${threeDigits(1 / torch.median)})` : "");
}
