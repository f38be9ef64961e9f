/** Which of some colours can be read best on another; colours as computed styles give them, "rgb(r, g, b)". */

const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);

/** `top` painted on `base` with an opacity 0..1. */
export function mixed(base: string, top: string, opacity: number): string {
  const over = channels(top);
  const parts = channels(base).map((value, at) => value * (1 - opacity) + (over[at] ?? 0) * opacity);
  return `rgb(${parts.join(", ")})`;
}

/** Relative luminance, WCAG 2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2 contrast of two colours, 1..21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The candidate with the most contrast. */
export const readableOn = (ground: string, candidates: readonly [string, ...string[]]): string =>
  candidates.reduce((best, color) => (contrast(color, ground) > contrast(best, ground) ? color : best));
