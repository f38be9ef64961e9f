/**
 * The `d` of an SVG path through all rows that have a place; a row without one is passed over, not a gap.
 * To a tenth of a pixel: what stands behind that cannot be seen and makes the text longer.
 */
export function linePath<T>(
  rows: readonly T[],
  xOf: (row: T) => number | undefined,
  yOf: (row: T) => number | undefined,
): string {
  const places = rows.flatMap((row) => {
    const [x, y] = [xOf(row), yOf(row)];
    return x === undefined || y === undefined || !Number.isFinite(x + y) ? [] : [`${tenth(x)},${tenth(y)}`];
  });
  if (places.length === 0) return "";
  return `M${places.join("L")}${places.length === 1 ? "h0" : ""}`; // "h0": a point, where line ends are round
}

const tenth = (pixels: number): number => Math.round(pixels * 10) / 10;
