import { useMemo } from "react";
import { CartesianGrid, ComposedChart, Line, Tooltip, XAxis, YAxis } from "recharts";
import type { ExpertPoint } from "@/shared/run";
import { formatNumber } from "../format";
import { linearTicks } from "./axisTicks";
import { countAxis, GRID, percentTick, TOOLTIP, Y_AXIS } from "./chartStyle";
import { expertRows } from "./expertRows";

interface Props {
  /** CSS pixels. */
  width: number;
  height: number;
  points: readonly ExpertPoint[];
  /** Where the epoch axis ends. */
  lastEpoch: number;
}

/** Test accuracy over the epochs: a thin line per expert, a thick one for their mean. */
export default function ExpertChart({ width, height, points, lastEpoch }: Props) {
  const rows = useMemo(() => expertRows(points), [points]);
  const experts = useMemo(() => [...new Set(points.map(({ expert }) => expert))], [points]);
  const end = Math.max(lastEpoch, rows.at(-1)?.epoch ?? 1);
  const percents = linearTicks(0, 100 * Math.max(0.1, ...points.map(({ accuracy }) => accuracy)));

  return (
    <ComposedChart
      width={width}
      height={height}
      data={rows}
      margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
    >
      <CartesianGrid {...GRID} />
      <XAxis {...countAxis(end)} dataKey="epoch" />
      <YAxis {...Y_AXIS} domain={[0, percents.at(-1)!]} ticks={percents} tickFormatter={percentTick} />
      <Tooltip
        {...TOOLTIP}
        labelFormatter={(epoch) => `epoch ${Number(epoch)}`}
        formatter={(value) => [`${formatNumber(Number(value), 3)} %`, `mean of ${experts.length}`]}
        filterNull
      />
      {experts.map((expert) => (
        <Line
          key={expert}
          dataKey={`e${expert}`}
          stroke="var(--plot-accuracy)"
          strokeOpacity={experts.length > 1 ? 0.35 : 1}
          strokeWidth={1}
          dot={rows.length === 1}
          tooltipType="none"
          connectNulls
          isAnimationActive={false}
        />
      ))}
      <Line
        dataKey="mean"
        stroke="var(--plot-accuracy)"
        strokeWidth={2}
        dot={rows.length === 1}
        isAnimationActive={false}
      />
    </ComposedChart>
  );
}
