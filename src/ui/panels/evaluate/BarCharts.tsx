import { lazy, Suspense, useRef } from "react";
import { useViewSize } from "../../useViewSize";
import type { AccuracyBar } from "../../charts/AccuracyBars";
import type { ResultRow } from "./resultRows";

const AccuracyBars = lazy(() => import("../../charts/AccuracyBars"));

const WIDEST = 560; // CSS pixels
const GAP = 24;

/** A bar chart per network and set: all that networks were trained on, on the same scale. */
export function BarCharts({ rows }: { rows: readonly ResultRow[] }) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useViewSize(box);
  const hasSets = new Set(rows.map(({ source }) => source.snapshotId)).size > 1;
  const groups = new Map<string, ResultRow[]>();
  for (const row of rows) {
    const title = hasSets ? `${row.network}, ${row.set}` : row.network;
    groups.set(title, [...(groups.get(title) ?? []), row]);
  }
  const columns = Math.max(1, Math.min(groups.size, Math.floor(width / 380)));
  const each = Math.min(WIDEST, Math.floor((width - GAP * (columns - 1)) / columns));
  return (
    <div className="bar-charts" ref={box}>
      {width > 0 && (
        <Suspense fallback={<p className="quiet">Loading the chart …</p>}>
          {[...groups].map(([title, group]) => (
            <figure
              key={title}
              className="bar-chart"
              style={{ width: each }}
              aria-label={`Accuracy, ${title}`}
            >
              <figcaption>{title}</figcaption>
              <AccuracyBars
                width={each}
                bars={group.map(barOf)}
                label={`Accuracy by what ${title} was trained on`}
              />
            </figure>
          ))}
        </Suspense>
      )}
    </div>
  );
}

const barOf = ({ subject, subjectText, mean, std }: ResultRow): AccuracyBar => ({
  label: subjectText,
  mean,
  std,
  kind: subject === "full" ? "full" : subject === "set" || subject === "png" ? "set" : "baseline",
});
