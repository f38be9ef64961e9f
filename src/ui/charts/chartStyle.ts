/** What all charts share: ticks and tooltips in the page's type and colours. */
import type { CSSProperties } from "react";

export const TICK = { fontSize: 12, fill: "var(--ink-2)" };

export const TOOLTIP: CSSProperties = {
  background: "var(--raised)",
  border: "1px solid var(--line)",
  borderRadius: "var(--radius)",
  fontSize: "var(--text-1)",
  color: "var(--ink)",
};

export const percentTick = (value: number): string => `${value} %`;
export const PERCENTS = [0, 25, 50, 75, 100];
