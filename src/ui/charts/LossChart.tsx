import { memo, useMemo, useState } from "react";
import { CartesianGrid, ComposedChart, Line, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import type { EvaluationScore } from "@/shared/run";
import type { Baselines } from "@/state/baselines";
import type { LossPoint } from "@/state/lossHistory";
import { formatCount, formatNumber, formatPercent } from "../format";
import { linearTicks, logTicks } from "./axisTicks";
import { chartRows, type ChartRow } from "./chartRows";
import { countAxis, GRID, PERCENT_AXIS, TICK, TOOLTIP, Y_AXIS } from "./chartStyle";
import { ChartRows, LossCurves } from "./LossCurves";

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
const NONE: ChartRow[] = [];

/**
 * Loss (left axis) and test accuracy (right axis) over the iterations. Rows come in many times a second and recharts
 * takes tens of milliseconds for them: the curves are drawn past it, and it hears of rows only to name the one that is
 * pointed at.
 */
export default function LossChart({ points, scores, iterations, smoothing, baselines, ...props }: Props) {
  const { isLog, hidden } = props;
  const [isLookedAt, setIsLookedAt] = useState(false);
  const rows = useMemo(() => chartRows(points, scores, smoothing, isLog), [points, scores, smoothing, isLog]);
  const lossTicks = useMemo(() => ticksOf(points, isLog), [points, isLog]).join(" ");
  const look = () => setIsLookedAt(true);
  const lookAway = () => setIsLookedAt(false);
  return (
    <ChartRows value={rows}>
      <div onPointerEnter={look} onPointerLeave={lookAway} onFocus={look} onBlur={lookAway}>
        <LossFrame
          width={props.width}
          height={props.height}
          named={isLookedAt ? rows : NONE}
          lastIteration={Math.max(iterations, rows.at(-1)?.iteration ?? 1)}
          lossTicks={lossTicks}
          isLog={isLog}
          isSmoothed={smoothing > 0}
          hasLoss={!hidden.includes("loss")}
          hasAccuracy={!hidden.includes("accuracy")}
          baselines={baselines}
        />
      </div>
    </ChartRows>
  );
}

interface FrameProps extends Pick<Props, "width" | "height" | "isLog" | "baselines"> {
  /** What the tooltip can name. */
  named: ChartRow[];
  lastIteration: number;
  /** Separated by spaces: the same text as long as they are the same. */
  lossTicks: string;
  isSmoothed: boolean;
  hasLoss: boolean;
  hasAccuracy: boolean;
}

/** Axes, grid, baselines and tooltip around the curves: drawn again only when one of them changes. */
const LossFrame = memo(function LossFrame(props: FrameProps) {
  const { named, isLog, isSmoothed, hasLoss, hasAccuracy, baselines } = props;
  const lossTicks = props.lossTicks.split(" ").map(Number);
  const hiddenLine = { hide: true, isAnimationActive: false } as const;
  return (
    <ComposedChart
      width={props.width}
      height={props.height}
      data={named}
      margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
    >
      <CartesianGrid {...GRID} />
      <XAxis
        {...countAxis(props.lastIteration)}
        dataKey="iteration"
        tickFormatter={formatCount}
        allowDataOverflow
        includeHidden
      />
      <YAxis
        {...Y_AXIS}
        yAxisId="loss"
        type="number"
        scale={isLog ? "log" : "linear"}
        domain={[lossTicks[0]!, lossTicks.at(-1)!]}
        ticks={lossTicks}
        tickFormatter={(value: number) => formatNumber(value)}
        width={56}
        allowDataOverflow
        includeHidden
      />
      <YAxis
        {...PERCENT_AXIS}
        yAxisId="accuracy"
        orientation="right"
        width={Y_AXIS.width}
        allowDataOverflow
        includeHidden
      />
      <Tooltip
        {...TOOLTIP}
        includeHidden
        labelFormatter={(iteration) => `iteration ${formatCount(Number(iteration))}`}
        formatter={(value, name) => [
          name === "accuracy" ? `${formatNumber(Number(value), 3)} %` : formatNumber(Number(value)),
          NAMES[String(name)] ?? name,
        ]}
      />
      {hasLoss && <Line {...hiddenLine} yAxisId="loss" dataKey="loss" stroke="var(--plot-loss)" />}
      {hasLoss && isSmoothed && (
        <Line {...hiddenLine} yAxisId="loss" dataKey="smooth" stroke="var(--plot-loss)" />
      )}
      {hasAccuracy && (
        <Line {...hiddenLine} yAxisId="accuracy" dataKey="accuracy" stroke="var(--plot-accuracy)" />
      )}
      {hasAccuracy &&
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
      <LossCurves hasLoss={hasLoss} hasAccuracy={hasAccuracy} isSmoothed={isSmoothed} />
    </ComposedChart>
  );
});

function ticksOf(points: readonly LossPoint[], isLog: boolean): number[] {
  const losses = points.map(({ loss }) => loss).filter((loss) => !isLog || loss > 0);
  if (losses.length === 0) return [0.1, 1];
  const [low, high] = losses.reduce(([a, b], loss) => [Math.min(a, loss), Math.max(b, loss)], [
    Infinity,
    -Infinity,
  ] as [number, number]);
  return isLog ? logTicks(low, high) : linearTicks(low > 0 && low < high / 2 ? 0 : low, high);
}
