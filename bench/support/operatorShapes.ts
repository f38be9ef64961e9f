/** Which operators the bench `operators` times, and at which sizes. */

export const OPERATORS = [
  "conv forward",
  "conv input gradient",
  "conv filter gradient",
  "norm block, forward + backward",
  "features",
  "features, towards images",
  "weightGradient",
  "weightGradient, second order",
] as const;
export type OperatorName = (typeof OPERATORS)[number];

/** A ConvNet of `depth` blocks; single operators are those of its second block, whose maps are half as wide. */
export interface OperatorSizes {
  width: number;
  batch: number;
  side: number;
  channels: 1 | 3;
  depth: number;
  classes: number;
}

/** Around grey images the first convolution pads by 3, as in the papers' code: 28 pixels become 32. */
export const firstPadding = ({ channels }: Pick<OperatorSizes, "channels">): 1 | 3 =>
  channels === 1 ? 3 : 1;

/** The side of the maps behind so many blocks. */
export const mapSide = (sizes: Pick<OperatorSizes, "side" | "channels">, blocks: number): number =>
  Math.floor((sizes.side + 2 * firstPadding(sizes) - 2) / 2 ** blocks);

const shape = (width: number, batch: number, side: number, channels: 1 | 3): OperatorSizes => ({
  ...{ width, batch, side, channels },
  ...{ depth: 3, classes: 10 },
});

/** Widths and batches of the papers' networks on images of all three usual shapes, the least work first. */
export const FULL: readonly OperatorSizes[] = (
  [
    [28, 1],
    [32, 3],
    [64, 3],
  ] as const
)
  .flatMap(([side, channels]) =>
    [32, 128].flatMap((width) => [64, 256].map((batch) => shape(width, batch, side, channels))),
  )
  .sort((a, b) => a.width ** 2 * a.batch * a.side ** 2 - b.width ** 2 * b.batch * b.side ** 2);

/** For a CPU. */
export const QUICK: readonly OperatorSizes[] = [shape(32, 64, 28, 1), shape(32, 64, 32, 3)];

/** For WebGPU in software, where a large one would take minutes. */
export const TINY: readonly OperatorSizes[] = [shape(8, 16, 16, 3)];

/** Multiplications and additions of an operator, those of its convolutions alone; null where others count as much. */
export function operationsOf(name: OperatorName, sizes: OperatorSizes): number | null {
  const { width, batch } = sizes;
  return name.startsWith("conv ") ? 2 * batch * mapSide(sizes, 1) ** 2 * 9 * width * width : null;
}
