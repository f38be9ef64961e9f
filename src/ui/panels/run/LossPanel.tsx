import { lazy, useDeferredValue, useEffect, useState } from "react";
import { useRunBaselines } from "@/state/baselines";
import { useRun } from "@/state/run";
import { ChartBox } from "../../charts/ChartBox";
import { RangeSlider } from "../../controls/RangeSlider";
import { formatNumber } from "../../format";

/** The chart library is larger than the rest of the page: it comes behind the page, in a quiet moment. */
const loadChart = () => import("../../charts/LossChart");
const LossChart = lazy(loadChart);

/** Well after the first paint. */
const QUIET_MS = 1000;

const SERIES = ["loss", "accuracy"] as const;
export type Series = (typeof SERIES)[number];

/** The loss on the left axis, the test accuracy on the right one. */
export function LossPanel() {
  const losses = useRun((state) => state.losses);
  const skipped = useRun((state) => state.skipped);
  const scores = useRun((state) => state.scores);
  const iterations = useRun((state) => state.iterations);
  const [isLog, setIsLog] = useState(false);
  const [smoothing, setSmoothing] = useState(80);
  const [hidden, setHidden] = useState<readonly Series[]>([]);
  const drawn = useDeferredValue(losses);
  const baselines = useRunBaselines();
  const isEmpty = losses.points.length === 0 && scores.length === 0;
  const [isLoaded, setIsLoaded] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => void loadChart().then(() => setIsLoaded(true)), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  const toggle = (series: Series) =>
    setHidden(hidden.includes(series) ? hidden.filter((other) => other !== series) : [...hidden, series]);

  return (
    <section className="loss" aria-label="Loss">
      <div className="loss-head">
        <h3>Loss</h3>
        <p className="quiet figures loss-numbers">
          {losses.first && losses.last
            ? `first ${formatNumber(losses.first.loss)} · now ${formatNumber(losses.last.loss)}`
            : ""}
          {skipped > 0 && ` · ${skipped} skipped`}
        </p>
        <div className="loss-tools">
          {SERIES.map((series) => (
            <button
              key={series}
              type="button"
              className={`button button-small legend legend-${series}`}
              aria-pressed={!hidden.includes(series)}
              onClick={() => toggle(series)}
            >
              {series === "loss" ? "Loss" : "Accuracy"}
            </button>
          ))}
          <button
            type="button"
            className="button button-small"
            aria-label="Log scale"
            aria-pressed={isLog}
            onClick={() => setIsLog(!isLog)}
          >
            Log
          </button>
          <div className="loss-smoothing">
            <span className="quiet" aria-hidden="true">
              Smooth
            </span>
            <RangeSlider
              label="Smoothing"
              min={0}
              max={99}
              place={smoothing}
              spoken={`${smoothing} percent`}
              onPlace={setSmoothing}
            />
          </div>
        </div>
      </div>
      <div className="loss-chart">
        {/* its first drawing takes longest, so it is made while nothing computes, behind the words */}
        {(isLoaded || !isEmpty) && (
          <div className="loss-drawing" inert={isEmpty}>
            <ChartBox waitingClass="loss-empty">
              {(width, height) => (
                <LossChart
                  width={width}
                  height={height}
                  points={drawn.points}
                  scores={scores}
                  iterations={iterations}
                  isLog={isLog}
                  smoothing={smoothing / 100}
                  hidden={hidden}
                  baselines={baselines}
                />
              )}
            </ChartBox>
          </div>
        )}
        {isEmpty && (
          <p className="quiet loss-empty">
            The matching loss appears here, and the accuracy of networks trained on the synthetic images.
          </p>
        )}
      </div>
    </section>
  );
}
