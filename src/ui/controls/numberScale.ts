/**
 * Between a number, its text and its place on a slider. A linear whole number is its own place; everything
 * else moves over 0 … 1000, on a logarithm where the parameter says so.
 */
import type { NumberParam } from "@/shared/params";
import { formatNumber } from "../format";

const PLACES = 1000;
/** More whole numbers than this need a logarithm to be reached with a slider. */
const MOST_STEPS = 20_000;
/** From here on a whole number is a name rather than an amount: a seed. */
const NAMES_FROM = 10_000_000;

export const hasSlider = ({ kind, min, max }: NumberParam): boolean =>
  kind === "float" || max - min < NAMES_FROM;

const isLog = ({ kind, log, min, max }: NumberParam) =>
  log === true || (kind === "int" && max - min > MOST_STEPS);

const isDirect = (param: NumberParam) => param.kind === "int" && !isLog(param);

/** A logarithm cannot begin at 0: there it begins at 1 for whole numbers, at a thousandth of a percent of max else. */
const lowest = ({ kind, min, max }: NumberParam) => (min > 0 ? min : kind === "int" ? 1 : max * 1e-5);

/** The range of the slider. */
export const sliderRange = (param: NumberParam): { min: number; max: number } =>
  isDirect(param) ? { min: param.min, max: param.max } : { min: 0, max: PLACES };

/** Where a value sits; a wrong value sits at the nearest end. */
export function toPlace(param: NumberParam, value: number): number {
  const { min, max } = sliderRange(param);
  if (!Number.isFinite(value)) return min;
  const inside = Math.min(Math.max(value, param.min), param.max);
  if (isDirect(param)) return Math.round(inside);
  if (!isLog(param)) return ((inside - param.min) / (param.max - param.min)) * PLACES;
  const low = lowest(param);
  return inside <= low ? min : (Math.log(inside / low) / Math.log(param.max / low)) * max;
}

/** The value at a place, rounded to what a person would write. */
export function fromPlace(param: NumberParam, place: number): number {
  if (isDirect(param)) return place;
  const share = place / PLACES;
  if (share <= 0) return param.min;
  if (share >= 1) return param.max;
  const low = lowest(param);
  const exact = isLog(param) ? low * (param.max / low) ** share : param.min + share * (param.max - param.min);
  const step = isLog(param)
    ? 10 ** (Math.floor(Math.log10(exact)) - 1)
    : niceStep((param.max - param.min) / 100);
  const rounded = Number((Math.round(exact / step) * step).toPrecision(10));
  const whole = param.kind === "int" ? Math.round(rounded) : rounded;
  return Math.min(Math.max(whole, param.min), param.max);
}

/** The value after an arrow key: whole numbers by 1, others by one in their second digit. */
export function nudged(param: NumberParam, value: number, direction: 1 | -1): number {
  const from = Number.isFinite(value) ? value : param.default;
  const size = Math.abs(from) || Math.abs(param.default) || 1;
  const step = param.kind === "int" ? 1 : 10 ** (Math.floor(Math.log10(size)) - 1);
  const next = Number((from + direction * step).toPrecision(10));
  return Math.min(Math.max(next, param.min), param.max);
}

/** What was typed, as a number; NaN when it is none. */
export function parseEntry(text: string): number {
  const trimmed = text.trim();
  return trimmed === "" ? Number.NaN : Number(trimmed);
}

/** A value as it stands in its entry: all its digits, no separators. */
export const entryText = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(12))) : "";

/** "10", "1,000", "0.01": the value for a screen reader. */
export const spoken = (param: NumberParam, value: number): string =>
  `${formatNumber(value, 6)}${param.unit ? ` ${param.unit}` : ""}`;

const niceStep = (rough: number): number => 10 ** Math.floor(Math.log10(rough));
