import { useRun } from "@/state/run";
import { formatMeanStd, plural } from "../../format";

/** The test accuracy of fresh networks trained on nothing but the synthetic images, each time it was measured. */
export function AccuracyView() {
  const scores = useRun((state) => state.scores);
  const images = useRun((state) => state.images);
  const dataset = useRun((state) => state.dataset);
  const newest = scores.at(-1);

  return (
    <div className="accuracy">
      <h3>Test accuracy</h3>
      <p className="accuracy-value figures">{newest ? formatMeanStd(newest.mean, newest.std) : "–"}</p>
      <p className="quiet accuracy-about">
        {newest
          ? `${plural(newest.accuracies.length, "fresh network")}, trained on ${images ? plural(images.count, "synthetic image") : "the synthetic images"}, tested on the real ones${dataset ? ` of ${dataset.name}` : ""}`
          : "Fresh networks are trained on the synthetic images alone and tested on real ones. The number appears after the first evaluation."}
      </p>
    </div>
  );
}
