/** Where an axis is marked: round numbers that enclose the data. */

const ROUND = [1, 2, 2.5, 5, 10];

/** About `count` round numbers from below `min` to above `max`. */
export function linearTicks(min: number, max: number, count = 4): number[] {
  if (!(max > min))
    return min === 0 ? [0, 1] : linearTicks(min - Math.abs(min) / 2, min + Math.abs(min) / 2, count);
  const rough = (max - min) / count;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * (ROUND.find((round) => round * size >= rough) ?? 10);
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}

/** Powers of ten, with 2 and 5 between them while there are few. @param min above 0 */
export function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  const marks = decades > 3 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  const first = Math.floor(Math.log10(min));
  for (let power = first; power <= Math.ceil(Math.log10(max)); power++) {
    for (const mark of marks) ticks.push(Number((mark * 10 ** power).toPrecision(10)));
  }
  const from = ticks.findLastIndex((tick) => tick <= min * (1 + 1e-9));
  const to = ticks.findIndex((tick) => tick >= max * (1 - 1e-9));
  return ticks.slice(Math.max(from, 0), to === -1 ? undefined : to + 1);
}
