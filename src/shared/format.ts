/** Numbers for the eye: at most 4 significant digits, thousands separated, a dash for what is not known. */

export const UNKNOWN = "–";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

const isKnown = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value);

/** A whole number with its thousands: "60,000". */
export const formatCount = (value: number | null | undefined): string =>
  isKnown(value) ? grouped.format(value) : UNKNOWN;

/** A measured number with at most `digits` significant digits: "12.35", "0.0004", "1.2e-7". */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (!isKnown(value)) return UNKNOWN;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9))
    return String(Number(value.toPrecision(digits))).replace("e+", "e");
  if (size >= 10 ** (digits - 1)) return grouped.format(Number(value.toPrecision(digits)));
  return String(Number(value.toPrecision(digits)));
}

/** Like `formatNumber`, but always with all its digits, so that a running number keeps its width: "12.30". */
export function formatSteady(value: number | null | undefined, digits = 4): string {
  if (!isKnown(value)) return UNKNOWN;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(digits - 1).replace("e+", "e");
  const whole = size < 1 ? 1 : Math.floor(Math.log10(size)) + 1;
  return value.toFixed(Math.max(0, digits - whole));
}

/** Seconds as "0:56", "12:05" or "2 h 10 min". */
export function formatDuration(seconds: number | null | undefined): string {
  if (!isKnown(seconds) || seconds < 0) return UNKNOWN;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Seconds that are only about right, in words: "35 s", "12 min", "3 h 10 min", "2 days". */
export function formatSpan(seconds: number): string {
  if (seconds < 1) return "1 s";
  if (seconds < 90) return `${Number(seconds.toPrecision(seconds < 10 ? 1 : 2))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 10) return `${hours} h ${10 * Math.floor((minutes % 60) / 10)} min`;
  if (hours < 48) return `${Math.round(minutes / 60)} h`;
  return `${Math.round(minutes / 60 / 24)} days`;
}

/** Iterations per second, or seconds per iteration where that is the larger number. */
export function formatRate(perSecond: number | null | undefined): string {
  if (!isKnown(perSecond) || perSecond <= 0) return UNKNOWN;
  return perSecond >= 1 ? `${formatSteady(perSecond, 3)} it/s` : `${formatSteady(1 / perSecond, 3)} s/it`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes in decimal units with three digits: "18.4 MB". */
export function formatBytes(bytes: number | null | undefined): string {
  if (!isKnown(bytes)) return UNKNOWN;
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))} ${UNITS[unit]}`;
}

/** A share 0..1 as "84.8 %". */
export const formatPercent = (share: number | null | undefined): string =>
  isKnown(share) ? `${(share * 100).toFixed(1)} %` : UNKNOWN;

/** Mean and standard deviation of shares as "84.8 ± 0.2 %". */
export const formatMeanStd = (mean: number, std: number): string =>
  isKnown(mean) && isKnown(std) ? `${(mean * 100).toFixed(1)} ± ${(std * 100).toFixed(1)} %` : UNKNOWN;

/** "1 image", "2 images". */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/** A time that has passed: "just now", "2 minutes ago", "3 hours ago", "5 days ago". */
export function formatAgo(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return relative.format(-minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? relative.format(-hours, "hour") : relative.format(-Math.floor(hours / 24), "day");
}
