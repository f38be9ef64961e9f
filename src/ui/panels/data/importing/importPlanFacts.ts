/** What the person is told about a plan, and what of it is wrong. */
import type { ImportPlan } from "@/shared/importing";

export const MOST_PIXELS = 256; // a side of a target size; larger images are out of reach of the methods

/** Sizes that are worth proposing: what was found, and the usual ones below it. */
export function sizeOptions({ sizes, size }: Pick<ImportPlan, "sizes" | "size">) {
  const usual = [28, 32, 64, 96, 128].map((side) => ({ width: side, height: side }));
  const largest = Math.max(
    ...sizes.map(({ width, height }) => Math.min(width, height)),
    size.width,
    size.height,
  );
  const all = [
    size,
    ...sizes.slice(0, 3).filter(({ width, height }) => Math.max(width, height) <= MOST_PIXELS),
    ...usual.filter(({ width }) => width <= largest),
  ];
  const seen = new Set<string>();
  return all.flatMap(({ width, height }) => {
    const value = `${width}x${height}`;
    if (seen.has(value)) return [];
    seen.add(value);
    return [{ value, label: `${width} × ${height}`, width, height }];
  });
}

/** "Images differ: 32 × 32 (812), 40 × 30 (12) and 3 more sizes, over 1,000 looked at." */
export function sizesText({ sizes, sampled }: Pick<ImportPlan, "sizes" | "sampled">): string {
  const shown = sizes
    .slice(0, 3)
    .map(({ width, height, count }) => `${width}\u00a0×\u00a0${height} (${count})`);
  const more = sizes.length - shown.length;
  const list = shown.join(", ") + (more > 0 ? ` and ${more} more ${more === 1 ? "size" : "sizes"}` : "");
  return `${list}, in ${sampled} images looked at`;
}

/** Whether an image that was looked at has another ratio of sides than the target, so that it cannot just be scaled. */
export const hasOtherShape = (
  { sizes }: Pick<ImportPlan, "sizes">,
  target: { width: number; height: number },
): boolean => sizes.some(({ width, height }) => width * target.height !== height * target.width);
