import { formatCount, formatPercent, UNKNOWN } from "../../format";
import { classResults } from "./confusion";
import { ConfusionMatrix } from "./ConfusionMatrix";
import type { ResultRow } from "./resultRows";
import { trainingText } from "./trainingText";

interface Props {
  row: ResultRow;
  classNames: readonly string[];
}

/** Every single score of a row, its accuracy by class, and what was taken for what. */
export function RowDetails({ row, classNames }: Props) {
  const nameOf = (label: number) => classNames[label] ?? `class ${label}`;
  return (
    <section className="details" aria-label="Details">
      <h3>
        {row.subjectText} on {row.network}
      </h3>
      <p className="figures">
        <span className="quiet">Each network: </span>
        {row.accuracies.map((accuracy) => formatPercent(accuracy)).join(", ")}
      </p>
      <p className="figures">
        <span className="quiet">Trained </span>
        {trainingText(row.source)}
      </p>
      <div className="details-parts">
        <div>
          <h4>Test images by true and predicted class</h4>
          <ConfusionMatrix confusion={row.source.confusion} nameOf={nameOf} />
        </div>
        <div className="details-classes" tabIndex={0} role="group" aria-label="Accuracy by class">
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">Class</th>
                <th scope="col">Accuracy</th>
                <th scope="col">Most often taken for</th>
                <th scope="col">Tests</th>
              </tr>
            </thead>
            <tbody>
              {classResults(row.source.confusion).map(({ label, accuracy, mistakenFor, count }) => (
                <tr key={label}>
                  <th scope="row">{nameOf(label)}</th>
                  <td>{formatPercent(accuracy)}</td>
                  <td>
                    {mistakenFor
                      ? `${nameOf(mistakenFor.label)} ${formatPercent(mistakenFor.share)}`
                      : UNKNOWN}
                  </td>
                  <td>{formatCount(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </section>
  );
}
