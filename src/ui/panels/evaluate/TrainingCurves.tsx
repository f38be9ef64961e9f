import { lazy, useDeferredValue } from "react";
import { useExperiment } from "@/state/experiment";
import { useCurves } from "@/state/evaluating";
import { isSameRow } from "@/state/evaluationRows";
import { networkLabel } from "@/state/networkChoice";
import { ChartBox } from "../../charts/ChartBox";
import { formatCount, formatNumber, formatPercent } from "../../format";
import { subjectLabel } from "./subjects";

const TrainingChart = lazy(() => import("../../charts/TrainingChart"));

const HEIGHT = 180; // CSS pixels

/** The network that is being trained: its loss and accuracy on what it is trained on, as they come. */
export function TrainingCurves() {
  const catalog = useExperiment((state) => state.catalog);
  const curves = useDeferredValue(useCurves((state) => state.curves));
  const newest = curves.at(-1);
  if (!newest) return null;
  const last = newest.points.at(-1);
  return (
    <section className="training" aria-label="Training curves">
      <div className="row training-head">
        <h3>Training</h3>
        <p className="quiet figures">
          {subjectLabel(newest.subject)} on {networkLabel(catalog, newest.network)}, network{" "}
          {newest.index + 1}
          {newest.rate !== null && `, learning rate ${formatNumber(newest.rate)}`}, epoch{" "}
          {formatCount(newest.epoch)} of {formatCount(newest.epochs)}
        </p>
        <p className="quiet figures push training-legend">
          <span className="legend">loss {formatNumber(last?.loss, 3)}</span>
          <span className="legend legend-accuracy">accuracy {formatPercent(last?.accuracy)}</span>
        </p>
      </div>
      <ChartBox height={HEIGHT}>
        {(width) => (
          <TrainingChart
            width={width}
            height={HEIGHT}
            curves={curves.filter((curve) => isSameRow(curve, newest))}
          />
        )}
      </ChartBox>
    </section>
  );
}
