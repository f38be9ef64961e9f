import { useRun } from "@/state/run";
import { formatCount, formatMeanStd, formatPercent } from "../../format";

/** Every evaluation of the run, the newest first; the best one stands out. */
export function Evaluations() {
  const scores = useRun((state) => state.scores);
  if (scores.length === 0) return null;
  const best = Math.max(...scores.map(({ mean }) => mean));
  return (
    <div className="evaluations">
      <h3>Evaluations</h3>
      <div className="evaluations-list" tabIndex={0} role="group" aria-label="Evaluations">
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
    </div>
  );
}
