import { CartesianGrid, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from "recharts";
import { formatNumber } from "../format";
import { captionBelow, GRID, PERCENT_AXIS, TICK, TOOLTIP, X_AXIS } from "./chartStyle";

interface Props {
  width: number;
  height: number;
  /** Accuracies 0..1. */
  points: readonly { label: string; synthetic: number; real: number }[];
}

const NAMES: Record<string, string> = { synthetic: "trained on the set", real: "trained on all data" };

/** One dot per network: its accuracy when trained on the set, and when trained on real images. */
export default function ArchitectureScatter({ width, height, points }: Props) {
  const rows = points.map(({ label, synthetic, real }) => ({
    label,
    synthetic: synthetic * 100,
    real: real * 100,
  }));
  return (
    <ScatterChart
      width={width}
      height={height}
      margin={{ top: 8, right: 16, bottom: 16, left: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid stroke={GRID.stroke} />
      <XAxis
        dataKey="synthetic"
        name="synthetic"
        {...PERCENT_AXIS}
        height={X_AXIS.height}
        label={captionBelow("trained on the set")}
      />
      <YAxis
        dataKey="real"
        name="real"
        {...PERCENT_AXIS}
        width={64}
        label={{ value: "on all data", angle: -90, position: "insideLeft", ...TICK }}
      />
      <Tooltip
        {...TOOLTIP}
        labelFormatter={(_, items) =>
          String((items[0]?.payload as { label?: string } | undefined)?.label ?? "")
        }
        formatter={(value, name) => [`${formatNumber(Number(value), 3)} %`, NAMES[String(name)] ?? name]}
      />
      <Scatter data={rows} fill="var(--plot-loss)" isAnimationActive={false} />
    </ScatterChart>
  );
}
