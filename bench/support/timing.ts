/** Milliseconds that were measured again and again, as a median with the middle half around it. */
export interface Timing {
  median: number;
  /** The quartiles. */
  low: number;
  high: number;
  turns: number;
}

/** @param values at least one */
export function timingOf(values: readonly number[]): Timing {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return below + (above - below) * (place - Math.floor(place));
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75), turns: values.length };
}

/** "12.3 (12.1 … 12.9)" */
export const timingText = ({ median, low, high }: Timing): string =>
  `${threeDigits(median)} (${threeDigits(low)} … ${threeDigits(high)})`;

/** Three digits that count: "0.123", "12.3", "1234". */
export const threeDigits = (value: number): string => {
  if (value === 0) return "0";
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return value.toFixed(Math.max(0, 3 - Math.max(whole, 0)));
};

/** A timed turn of one of several contestants. */
export type Turn = () => Promise<number>;

/**
 * Lets contestants take turns, so that whatever else the machine does meets all of them alike.
 * @param warmUp turns of each that do not count
 * @returns the milliseconds of each, in their order
 */
export async function takeTurns(
  contestants: readonly Turn[],
  { turns, warmUp }: { turns: number; warmUp: number },
): Promise<number[][]> {
  const times = contestants.map((): number[] => []);
  for (let turn = -warmUp; turn < turns; turn++)
    for (const [i, take] of contestants.entries()) {
      const ms = await take();
      if (turn >= 0) times[i]!.push(ms);
    }
  return times;
}

/** A Markdown table. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** e of y = c xᵉ: the slope of a line through the logarithms, by least squares. */
export function exponentOf(xs: readonly number[], ys: readonly number[]): number {
  const [x, y] = [xs.map(Math.log), ys.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const products = x.map((value, i) => (value - mx) * (y[i]! - my));
  return mean(products) / mean(x.map((value) => (value - mx) ** 2));
}
