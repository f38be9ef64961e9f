/** How the results of a matrix product are dealt to workgroups and threads, and which way a product goes. */

export interface Tiling {
  /** Threads of a workgroup along columns and along rows. */
  threads: readonly [x: number, y: number];
  /** Results of one thread: multiples of 4. */
  rows: number;
  columns: number;
  /** Steps of the sum that go through workgroup memory at a time; divides `SPLIT_STEPS`. */
  steps: number;
}

/**
 * Rows x columns of results per workgroup. Every tiling adds up each result step by step from the first to the last in
 * one register, so the choice changes the speed and not one bit. All fit the 256 threads and 16 KiB of workgroup
 * memory that every device has.
 */
export const TILINGS = {
  "64x64": { threads: [16, 16], rows: 4, columns: 4, steps: 16 },
  "128x64": { threads: [16, 16], rows: 8, columns: 4, steps: 16 },
  "128x128": { threads: [16, 16], rows: 8, columns: 8, steps: 8 },
  "64x32": { threads: [8, 16], rows: 4, columns: 4, steps: 16 },
  "128x16": { threads: [4, 32], rows: 4, columns: 4, steps: 16 },
  "32x32": { threads: [8, 8], rows: 4, columns: 4, steps: 16 },
} as const satisfies Record<string, Tiling>;

export type TilingName = keyof typeof TILINGS;

/** Parts of a split sum are multiples of this. */
export const SPLIT_STEPS = 16;

/** Results per workgroup along rows and columns. */
export const tileOf = ({ threads, rows, columns }: Tiling): { rows: number; columns: number } => ({
  rows: threads[1] * rows,
  columns: threads[0] * columns,
});

/** What a product is like, as far as the best tiling depends on it. */
export interface GemmShape {
  /** The program without its tiling: kernel, terms, and what is loaded four at a time. */
  kind: string;
  /** Groups and parts of the sum, each with results of its own. */
  layers: number;
  rows: number;
  columns: number;
  depth: number;
}

/** Products of one class share a tiling: columns exactly, everything else to the nearest power of two. */
export function shapeClass({ kind, layers, rows, columns, depth }: GemmShape): string {
  const powers = [layers, rows, depth].map((count) => Math.round(Math.log2(Math.max(1, count))));
  return `${kind} ${columns} ${powers.join(" ")}`;
}

/** Which tiling each class gets on this device, as far as that was measured. */
const chosen = new Map<string, TilingName>();
let forced: TilingName | null = null;

/** The measured choice for a product, or without one the narrowest tile that holds all columns. */
export function tilingFor(shape: GemmShape): TilingName {
  return forced ?? chosen.get(shapeClass(shape)) ?? defaultTiling(shape);
}

/** One tiling for every product, for tests and benches; null ends that. */
export function forceTiling(name: TilingName | null): void {
  forced = name;
}

export function defaultTiling({ columns }: Pick<GemmShape, "columns">): TilingName {
  if (columns <= 16) return "128x16";
  return columns <= 32 ? "64x32" : "64x64";
}

export type TilingChoices = Readonly<Record<string, TilingName>>;

export const isTilingName = (name: unknown): name is TilingName =>
  typeof name === "string" && Object.hasOwn(TILINGS, name);

/** The choices that hold now, by class. */
export const tilingChoices = (): TilingChoices => Object.fromEntries(chosen);

export const hasChoice = (shape: GemmShape): boolean => chosen.has(shapeClass(shape));

/** Adds choices to those that hold; names that this version does not know are left out. */
export function addTilingChoices(choices: Readonly<Record<string, unknown>>): void {
  for (const [name, tiling] of Object.entries(choices)) if (isTilingName(tiling)) chosen.set(name, tiling);
}

/** Back to the default for everything: another device, or a test. */
export function forgetTilingChoices(): void {
  chosen.clear();
}
