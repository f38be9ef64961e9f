import { useRunBaselines } from "@/state/baselines";
import { useRun } from "@/state/run";
import { selectedSnapshot, useSnapshots } from "@/state/snapshots";
import { formatMeanStd, formatPercent, plural, UNKNOWN } from "../../format";

/** The test accuracy of fresh networks trained on nothing but the synthetic images, and both ends of the scale. */
export function AccuracyView() {
  const kept = useSnapshots(selectedSnapshot);
  const isOfRun = useSnapshots(({ selectedId, ofRunId }) => selectedId === null || selectedId === ofRunId);
  const { random, full } = useRunBaselines();
  const scores = useRun((state) => state.scores);
  const newest = isOfRun ? scores.at(-1) : undefined;

  return (
    <div className="accuracy">
      <h3>Test accuracy</h3>
      <p className="accuracy-value figures">
        {newest ? formatMeanStd(newest.mean, newest.std) : kept ? formatPercent(kept.accuracy) : UNKNOWN}
      </p>
      {isOfRun && (random || full) && (
        <p className="accuracy-ends figures">
          {random && <span>random images {formatPercent(random.mean)}</span>}
          {full && <span>all data {formatPercent(full.mean)}</span>}
        </p>
      )}
      <AccuracyAbout isOfRun={isOfRun} />
    </div>
  );
}

function AccuracyAbout({ isOfRun }: { isOfRun: boolean }) {
  const kept = useSnapshots(selectedSnapshot);
  const newest = useRun((state) => state.scores.at(-1));
  const images = useRun((state) => state.images);
  const dataset = useRun((state) => state.dataset);
  const text = (() => {
    if (kept && (!isOfRun || (!newest && kept.accuracy !== null)))
      return kept.accuracy === null
        ? "This kept set was not evaluated yet."
        : `The best that is known of this kept set, on the real test images of ${kept.datasetName}`;
    if (newest)
      return `${plural(newest.accuracies.length, "fresh network")}, trained on ${images ? plural(images.count, "synthetic image") : "the synthetic images"}, tested on the real ones${dataset ? ` of ${dataset.name}` : ""}`;
    return "Fresh networks are trained on the synthetic images alone and tested on real ones. The number appears after the first evaluation.";
  })();
  return <p className="quiet accuracy-about">{text}</p>;
}
