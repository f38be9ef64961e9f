import { CartesianGrid, ErrorBar, Line, LineChart, Tooltip, XAxis, YAxis } from "recharts";
import { formatNumber } from "../format";
import { captionBelow, GRID, PERCENT_AXIS, TOOLTIP, X_AXIS, Y_AXIS } from "./chartStyle";

export interface ContinualLine {
  name: string;
  role: "set" | "random";
  /** One per step, null while it is not known. */
  points: readonly ({ mean: number; std: number } | null)[];
}

interface Props {
  width: number;
  height: number;
  classesSeen: readonly number[];
  lines: readonly ContinualLine[];
}

/** Accuracy on all classes seen so far, after each step, by what the memory holds. */
export default function ContinualChart({ width, height, classesSeen, lines }: Props) {
  const rows = classesSeen.map((seen, step) => {
    const row: Record<string, number> = { seen };
    lines.forEach(({ role, points }) => {
      const point = points[step];
      if (!point) return;
      row[role] = point.mean * 100;
      row[`${role}Std`] = point.std * 100;
    });
    return row;
  });
  const names = Object.fromEntries(lines.map(({ role, name }) => [role, name]));
  return (
    <LineChart
      width={width}
      height={height}
      data={rows}
      margin={{ top: 8, right: 16, bottom: 16, left: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid {...GRID} />
      <XAxis
        {...X_AXIS}
        dataKey="seen"
        domain={[0, classesSeen.at(-1) ?? 1]}
        ticks={[...classesSeen]}
        label={captionBelow("classes seen")}
      />
      <YAxis {...PERCENT_AXIS} width={Y_AXIS.width} />
      <Tooltip
        {...TOOLTIP}
        labelFormatter={(seen) => `${Number(seen)} classes seen`}
        formatter={(value, name) => [`${formatNumber(Number(value), 3)} %`, names[String(name)] ?? name]}
      />
      {lines.map(({ role }) => (
        <Line
          key={role}
          dataKey={role}
          stroke={role === "set" ? "var(--plot-loss)" : "var(--plot-accuracy)"}
          strokeWidth={2}
          {...(role === "random" && { strokeDasharray: "4 3" })}
          dot={{ r: 3, strokeDasharray: "none" }}
          isAnimationActive={false}
        >
          <ErrorBar
            dataKey={`${role}Std`}
            width={4}
            stroke={role === "set" ? "var(--plot-loss)" : "var(--plot-accuracy)"}
            isAnimationActive={false}
          />
        </Line>
      ))}
    </LineChart>
  );
}
