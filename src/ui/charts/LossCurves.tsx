import { createContext, use } from "react";
import { useXAxisScale, useYAxisScale } from "recharts";
import type { ChartRow } from "./chartRows";
import { linePath } from "./linePath";

/** What the curves show. It reaches them past the chart around them, which thus stays as it is while rows come in. */
export const ChartRows = createContext<readonly ChartRow[]>([]);

interface Props {
  hasLoss: boolean;
  hasAccuracy: boolean;
  isSmoothed: boolean;
}

/** Loss, smoothed loss and accuracy, drawn within a chart whose vertical axes are called "loss" and "accuracy". */
export function LossCurves({ hasLoss, hasAccuracy, isSmoothed }: Props) {
  const rows = use(ChartRows);
  const x = useXAxisScale();
  const lossY = useYAxisScale("loss");
  const accuracyY = useYAxisScale("accuracy");
  if (!x || !lossY || !accuracyY) return null;

  const xOf = ({ iteration }: ChartRow) => x(iteration);
  const yOfLoss = ({ loss }: ChartRow) => (loss === undefined ? undefined : lossY(loss));
  const yOfSmooth = ({ smooth }: ChartRow) => (smooth === undefined ? undefined : lossY(smooth));
  const yOfAccuracy = ({ accuracy }: ChartRow) => (accuracy === undefined ? undefined : accuracyY(accuracy));
  const scores = hasAccuracy ? rows.filter(({ accuracy }) => accuracy !== undefined) : [];
  return (
    <g fill="none">
      {hasLoss && (
        <g stroke="var(--plot-loss)" strokeWidth={2}>
          <path
            d={linePath(rows, xOf, yOfLoss)}
            {...(isSmoothed && { strokeWidth: 1, strokeOpacity: 0.3 })}
            {...(rows.length === 1 && { strokeWidth: 6, strokeLinecap: "round" })} // a point by itself
          />
          {isSmoothed && <path d={linePath(rows, xOf, yOfSmooth)} />}
        </g>
      )}
      <g stroke="var(--plot-accuracy)" strokeWidth={2}>
        <path d={linePath(scores, xOf, yOfAccuracy)} strokeDasharray="4 3" />
        {scores.map((row) => (
          <g key={row.iteration}>
            <circle cx={xOf(row)} cy={yOfAccuracy(row)} r={3} fill="var(--plot-accuracy)" />
            <path d={errorBar(row, x, accuracyY)} />
          </g>
        ))}
      </g>
    </g>
  );
}

type Scale = (value: number) => number | undefined;

const CAP = 4; // CSS pixels to either side

/** From one deviation below the mean to one above. */
function errorBar({ iteration, accuracy = 0, deviation = 0 }: ChartRow, x: Scale, y: Scale): string {
  if (deviation === 0) return "";
  const [at = 0, low = 0, high = 0] = [x(iteration), y(accuracy - deviation), y(accuracy + deviation)];
  return `M${at},${low}V${high}M${at - CAP},${low}h${2 * CAP}M${at - CAP},${high}h${2 * CAP}`;
}
