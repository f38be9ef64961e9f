import { useMemo } from "react";
import { CartesianGrid, ComposedChart, ErrorBar, Line, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import type { EvaluationScore } from "@/shared/run";
import type { Baselines } from "@/state/baselines";
import type { LossPoint } from "@/state/lossHistory";
import { formatCount, formatNumber, formatPercent } from "../format";
import { linearTicks, logTicks } from "./axisTicks";
import { chartRows } from "./chartRows";
import { countAxis, GRID, PERCENT_AXIS, TICK, TOOLTIP, Y_AXIS } from "./chartStyle";

interface Props {
  /** CSS pixels. */
  width: number;
  height: number;
  points: readonly LossPoint[];
  scores: readonly EvaluationScore[];
  /** Where the iteration axis ends; 0 when it is not known. */
  iterations: number;
  isLog: boolean;
  smoothing: number;
  hidden: readonly ("loss" | "accuracy")[];
  /** Accuracies that are known for this dataset and network, as thin lines. */
  baselines: Baselines;
}

const NAMES: Record<string, string> = { loss: "loss", smooth: "smoothed", accuracy: "test accuracy" };
const BASELINES = [
  { of: "random", label: "random images" },
  { of: "full", label: "all data" },
] as const;

/** Loss (left axis) and test accuracy (right axis) over the iterations. */
export default function LossChart({
  width,
  height,
  points,
  scores,
  iterations,
  isLog,
  smoothing,
  hidden,
  baselines,
}: Props) {
  const rows = useMemo(() => chartRows(points, scores, smoothing, isLog), [points, scores, smoothing, isLog]);
  const lossTicks = useMemo(() => ticksOf(points, isLog), [points, isLog]);
  const lastIteration = Math.max(iterations, rows.at(-1)?.iteration ?? 1);

  return (
    <ComposedChart
      width={width}
      height={height}
      data={rows}
      margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
    >
      <CartesianGrid {...GRID} />
      <XAxis {...countAxis(lastIteration)} dataKey="iteration" tickFormatter={formatCount} />
      <YAxis
        {...Y_AXIS}
        yAxisId="loss"
        scale={isLog ? "log" : "linear"}
        domain={[lossTicks[0]!, lossTicks.at(-1)!]}
        ticks={lossTicks}
        tickFormatter={(value: number) => formatNumber(value)}
        width={56}
        allowDataOverflow
      />
      <YAxis
        {...PERCENT_AXIS}
        yAxisId="accuracy"
        orientation="right"
        width={Y_AXIS.width}
        allowDataOverflow
      />
      <Tooltip
        {...TOOLTIP}
        labelFormatter={(iteration) => `iteration ${formatCount(Number(iteration))}`}
        formatter={(value, name) => [
          name === "accuracy" ? `${formatNumber(Number(value), 3)} %` : formatNumber(Number(value)),
          NAMES[String(name)] ?? name,
        ]}
      />
      {!hidden.includes("loss") && (
        <>
          <Line
            yAxisId="loss"
            dataKey="loss"
            stroke="var(--plot-loss)"
            strokeOpacity={smoothing > 0 ? 0.3 : 1}
            strokeWidth={smoothing > 0 ? 1 : 2}
            dot={rows.length === 1}
            connectNulls
            isAnimationActive={false}
          />
          {smoothing > 0 && (
            <Line
              yAxisId="loss"
              dataKey="smooth"
              stroke="var(--plot-loss)"
              strokeWidth={2}
              dot={false}
              connectNulls
              isAnimationActive={false}
            />
          )}
        </>
      )}
      {!hidden.includes("accuracy") &&
        BASELINES.map(({ of, label }) => {
          const score = baselines[of];
          return (
            score && (
              <ReferenceLine
                key={of}
                yAxisId="accuracy"
                y={score.mean * 100}
                stroke="var(--plot-accuracy)"
                strokeWidth={1}
                label={{
                  value: `${label} ${formatPercent(score.mean)}`,
                  position: of === "full" ? "insideTopRight" : "insideBottomRight",
                  ...TICK,
                }}
              />
            )
          );
        })}
      {!hidden.includes("accuracy") && (
        <Line
          yAxisId="accuracy"
          dataKey="accuracy"
          stroke="var(--plot-accuracy)"
          strokeWidth={2}
          strokeDasharray="4 3"
          dot={{ r: 3, fill: "var(--plot-accuracy)", strokeDasharray: "none" }}
          connectNulls
          isAnimationActive={false}
        >
          <ErrorBar dataKey="deviation" width={4} stroke="var(--plot-accuracy)" isAnimationActive={false} />
        </Line>
      )}
    </ComposedChart>
  );
}

function ticksOf(points: readonly LossPoint[], isLog: boolean): number[] {
  const losses = points.map(({ loss }) => loss).filter((loss) => !isLog || loss > 0);
  if (losses.length === 0) return [0.1, 1];
  const [low, high] = losses.reduce(([a, b], loss) => [Math.min(a, loss), Math.max(b, loss)], [
    Infinity,
    -Infinity,
  ] as [number, number]);
  return isLog ? logTicks(low, high) : linearTicks(low > 0 && low < high / 2 ? 0 : low, high);
}
