/** What the bench `growth` makes larger, one size at a time. */
import type { Sizes } from "./iterationCases";

/**
 * Images per class are synthetic ones, with twice as many real ones: the mixture of passes stays as it is, and with it what
 * a product costs, which is more in a backward pass than in a forward one. An expert sees real ones alone.
 */
export const AXES = {
  "images per class": [1, 5, 10, 50],
  classes: [10, 50, 100, 200],
  resolution: [28, 48, 96, 128],
  width: [8, 16, 32, 64],
} as const;
export type Axis = keyof typeof AXES;

const SIZE_OF: Record<Axis, keyof Sizes> = {
  "images per class": "ipc",
  classes: "classes",
  resolution: "side",
  width: "width",
};

export interface GrowthCase {
  /** For `--methods` and the table. */
  name: string;
  /** One of `ITERATION_CASES`. */
  iteration: string;
  sizes?: Partial<Sizes>;
}

export const GROWTH_CASES: readonly GrowthCase[] = [
  { name: "DM", iteration: "DM" },
  { name: "DataDAM", iteration: "DataDAM" },
  { name: "DC", iteration: "DC, one class" },
  { name: "DSA", iteration: "DSA, one class" },
  { name: "MTT", iteration: "MTT, N = 5", sizes: { steps: 2 } },
  { name: "TESLA", iteration: "TESLA, N = 10", sizes: { steps: 2 } },
  { name: "expert", iteration: "expert epoch" },
  { name: "evaluation", iteration: "evaluation epoch" },
];

/** A whole method takes two or three minutes of it on a CPU. */
const SMALL: Sizes = {
  ...{ width: 16, depth: 3, side: 28, channels: 1, classes: 10 },
  ...{ real: 16, ipc: 1, batch: 256, steps: 5 },
};
const LARGE: Sizes = { ...SMALL, width: 128, channels: 3, real: 256 };

/** The sizes of each point of an axis, and what grows there. */
export function pointsOf(
  { sizes }: GrowthCase,
  axis: Axis,
  isLarge: boolean,
): { value: number; sizes: Sizes }[] {
  const scale = isLarge && axis === "width" ? 4 : 1;
  return AXES[axis].map((point) => {
    const value = point * scale;
    const real = axis === "images per class" ? { real: 2 * value } : {};
    return { value, sizes: { ...(isLarge ? LARGE : SMALL), ...sizes, ...real, [SIZE_OF[axis]]: value } };
  });
}
