/** What all charts share: axes, grid and tooltip in the page's type and colours, to be spread into their elements. */
import { linearTicks } from "./axisTicks";

export const TICK = { fontSize: 12, fill: "var(--ink-2)" };

export const GRID = { stroke: "var(--plot-grid)", vertical: false };

const AXIS = { tick: TICK, stroke: "var(--line)" };
export const X_AXIS = { ...AXIS, type: "number", height: 24 } as const;
export const Y_AXIS = { ...AXIS, width: 48 };

export const percentTick = (value: number): string => `${value} %`;

/** An axis from 0 to 100 %. */
export const PERCENT_AXIS = {
  ...AXIS,
  type: "number",
  domain: [0, 100] as [number, number],
  ticks: [0, 25, 50, 75, 100],
  tickFormatter: percentTick,
} as const;

/** The horizontal axis of what is counted from 0: epochs, iterations. */
export function countAxis(end: number) {
  const ticks = linearTicks(0, end, 5).filter((tick) => tick <= end && Number.isInteger(tick));
  return { ...X_AXIS, domain: [0, end] as [number, number], ticks };
}

/** The caption below a horizontal axis. */
export const captionBelow = (value: string) => ({ value, position: "bottom", offset: -2, ...TICK }) as const;

export const TOOLTIP = {
  isAnimationActive: false,
  cursor: { stroke: "var(--line-strong)" },
  contentStyle: {
    background: "var(--raised)",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    fontSize: "var(--text-1)",
    color: "var(--ink)",
  },
};
