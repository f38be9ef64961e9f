import { CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from "recharts";
import type { TrainingCurve } from "@/shared/evaluating";
import { formatCount, formatNumber } from "../format";
import { linearTicks } from "./axisTicks";
import { countAxis, GRID, PERCENT_AXIS, TOOLTIP, Y_AXIS } from "./chartStyle";
import { trainingRows } from "./trainingRows";

interface Props {
  width: number;
  height: number;
  /** Curves of the same row of the table; the last one is drawn strongly. */
  curves: readonly TrainingCurve[];
}

/** Loss (left axis) and accuracy on the training images (right axis) of a network, the others of its row faint. */
export default function TrainingChart({ width, height, curves }: Props) {
  const rows = trainingRows(curves);
  const newest = curves.at(-1);
  const losses = curves.flatMap(({ points }) => points.map(({ loss }) => loss)).filter(Number.isFinite);
  const lossTicks = linearTicks(0, Math.max(...losses, 0.01), 4);
  const epochs = newest?.epochs ?? 1;
  return (
    <LineChart
      width={width}
      height={height}
      data={rows}
      margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid {...GRID} />
      <XAxis {...countAxis(epochs)} dataKey="epoch" tickFormatter={formatCount} />
      <YAxis
        {...Y_AXIS}
        yAxisId="loss"
        domain={[0, lossTicks.at(-1)!]}
        ticks={lossTicks}
        tickFormatter={(value: number) => formatNumber(value)}
        width={44}
      />
      <YAxis {...PERCENT_AXIS} yAxisId="accuracy" orientation="right" width={Y_AXIS.width} />
      <Tooltip
        {...TOOLTIP}
        labelFormatter={(epoch) => `epoch ${formatCount(Number(epoch))}`}
        formatter={(value, name) => {
          const [what = "", index = "0"] = String(name).split("/");
          const text =
            what === "accuracy" ? `${formatNumber(Number(value), 3)} %` : formatNumber(Number(value));
          return [text, `${what}, network ${Number(index) + 1}`];
        }}
      />
      {curves.flatMap((curve) =>
        (["loss", "accuracy"] as const).map((what) => (
          <Line
            key={`${what}/${curve.index}`}
            yAxisId={what}
            dataKey={`${what}/${curve.index}`}
            stroke={`var(--plot-${what})`}
            strokeOpacity={curve === newest ? 1 : 0.25}
            strokeWidth={curve === newest ? 2 : 1}
            {...(what === "accuracy" && { strokeDasharray: "4 3" })}
            dot={curve === newest && curve.points.length === 1}
            connectNulls
            isAnimationActive={false}
          />
        )),
      )}
    </LineChart>
  );
}
