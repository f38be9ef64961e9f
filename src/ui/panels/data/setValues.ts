/** What the numbers of a distilled set may mean: normalised with statistics that are told, assumed or typed. */
import type { DatasetInfo } from "@/shared/dataset";
import type { Normalisation, SetPlan } from "@/shared/openingSets";

export type ValueMeaning = "told" | "dataset" | "unit";

/** What the page offers: what the file tells first, where it tells something. */
export const valueMeanings = (
  { normalisation }: Pick<SetPlan, "normalisation">,
  dataset: Pick<DatasetInfo, "name"> | null,
): { value: ValueMeaning; label: string }[] => [
  ...(normalisation ? [{ value: "told" as const, label: "Normalised as the file tells" }] : []),
  { value: "dataset", label: dataset ? `Normalised as ${dataset.name}` : "Normalised as the dataset" },
  { value: "unit", label: "Brightness, 0 to 1" },
];

/** The statistics of a meaning. */
export function startOf(
  meaning: ValueMeaning,
  { normalisation, shape }: Pick<SetPlan, "normalisation" | "shape">,
  dataset: Normalisation | null,
): Normalisation {
  const same = (value: number) => new Array<number>(shape.channels).fill(value);
  const unit = { mean: same(0), std: same(1) };
  if (meaning === "told") return normalisation ?? unit;
  return meaning === "dataset" && dataset ? { mean: dataset.mean, std: dataset.std } : unit;
}

/** The least and the greatest brightness; learned images go somewhat beyond 0 and 1. */
export function brightnessOf(
  { low, high }: Pick<SetPlan, "low" | "high">,
  { mean, std }: Normalisation,
): { low: number; high: number } {
  return {
    low: Math.min(...low.map((value, c) => value * std[c]! + mean[c]!)),
    high: Math.max(...high.map((value, c) => value * std[c]! + mean[c]!)),
  };
}

/** Farther off than learned images go by themselves, or hardly any contrast. */
export const looksOdd = ({ low, high }: { low: number; high: number }): boolean =>
  low < -3 || high > 4 || high - low < 0.1;

const DIGITS = 6;

export const numbersText = (values: readonly number[]): string =>
  values.map((value) => String(Number(value.toPrecision(DIGITS)))).join(", ");

/** NaN for what is no number. */
export const numbersOf = (text: string): number[] =>
  text.split(/[,;\s]+/).flatMap((part) => (part === "" ? [] : [Number(part)]));
