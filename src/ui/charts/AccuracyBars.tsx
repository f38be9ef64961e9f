import { Bar, BarChart, CartesianGrid, Cell, ErrorBar, Tooltip, XAxis, YAxis } from "recharts";
import { formatMeanStd } from "../format";
import { GRID, PERCENT_AXIS, TOOLTIP, X_AXIS, Y_AXIS } from "./chartStyle";

export interface AccuracyBar {
  label: string;
  mean: number; // 0..1
  std: number;
  /** The set's own bars stand out from those that it is held against. */
  kind: "set" | "baseline" | "full";
}

interface Props {
  width: number;
  bars: readonly AccuracyBar[];
  label: string;
}

const ROW = 26; // CSS pixels
const COLORS: Record<AccuracyBar["kind"], string> = {
  set: "var(--plot-loss)",
  baseline: "var(--line-strong)",
  full: "var(--plot-accuracy)",
};

/** Accuracies of one network as bars with their standard deviations, each named at its foot. */
export default function AccuracyBars({ width, bars, label }: Props) {
  const rows = bars.map(({ label: name, mean, std, kind }) => ({
    name,
    kind,
    accuracy: mean * 100,
    deviation: [Math.min(std, mean) * 100, std * 100] as [number, number],
    text: formatMeanStd(mean, std),
  }));
  return (
    <BarChart
      layout="vertical"
      width={width}
      height={rows.length * ROW + X_AXIS.height}
      data={rows}
      margin={{ top: 0, right: 24, bottom: 0, left: 0 }}
      barSize={14}
      title={label}
      accessibilityLayer={false}
    >
      <CartesianGrid stroke={GRID.stroke} horizontal={false} />
      <XAxis {...PERCENT_AXIS} height={X_AXIS.height} />
      <YAxis {...Y_AXIS} type="category" dataKey="name" width={112} interval={0} />
      <Tooltip
        {...TOOLTIP}
        cursor={{ fill: "var(--hover)" }}
        formatter={(_, __, item) => [(item.payload as { text: string }).text, "accuracy"]}
      />
      <Bar dataKey="accuracy" isAnimationActive={false}>
        {rows.map(({ name, kind }) => (
          <Cell key={name} fill={COLORS[kind]} />
        ))}
        <ErrorBar dataKey="deviation" direction="x" width={4} stroke="var(--ink)" isAnimationActive={false} />
      </Bar>
    </BarChart>
  );
}
