import { useRun } from "@/state/run";
import { formatCount, formatMeanStd, formatPercent, plural } from "../../format";

/** The test accuracy of fresh networks trained on nothing but the synthetic images, each time it was measured. */
export function AccuracyView() {
  const scores = useRun((state) => state.scores);
  const images = useRun((state) => state.images);
  const dataset = useRun((state) => state.dataset);
  const newest = scores.at(-1);
  const best = scores.reduce<number>((most, { mean }) => Math.max(most, mean), 0);

  return (
    <div className="accuracy">
      <h3>Test accuracy</h3>
      <p className="accuracy-value figures">{newest ? formatMeanStd(newest.mean, newest.std) : "–"}</p>
      <p className="quiet">
        {newest
          ? `${plural(newest.accuracies.length, "fresh network")}, trained on ${images ? plural(images.count, "synthetic image") : "the synthetic images"}, tested on the real ones${dataset ? ` of ${dataset.name}` : ""}`
          : "Fresh networks are trained on the synthetic images alone and tested on real ones. The number appears after the first evaluation."}
      </p>
      {scores.length > 0 && (
        <div className="accuracy-list" tabIndex={0} role="group" aria-label="Evaluations">
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">Iteration</th>
                <th scope="col">Accuracy</th>
                <th scope="col">Range</th>
              </tr>
            </thead>
            <tbody>
              {[...scores].reverse().map(({ iteration, mean, std, accuracies }) => (
                <tr key={iteration} data-best={mean === best || undefined}>
                  <td>{formatCount(iteration)}</td>
                  <td>{formatMeanStd(mean, std)}</td>
                  <td className="quiet">
                    {formatPercent(Math.min(...accuracies)).replace(" %", "")}–
                    {formatPercent(Math.max(...accuracies))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
