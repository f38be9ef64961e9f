import { lazy } from "react";
import type { ContinualUpdate } from "@/shared/evaluating";
import { ChartBox } from "../../charts/ChartBox";
import { formatMeanStd, UNKNOWN } from "../../format";
import { stepScores } from "./continualLines";

const ContinualChart = lazy(() => import("../../charts/ContinualChart"));

const HEIGHT = 300; // CSS pixels

/** Accuracy over the classes seen, as lines and as a table. */
export function ContinualResults({ update }: { update: ContinualUpdate }) {
  const { classesSeen, memories } = update;
  const lines = memories.map((memory) => ({
    name: memory.subject === "set" ? "Synthetic set" : "Random images",
    role: memory.subject === "set" ? ("set" as const) : ("random" as const),
    points: stepScores(memory, classesSeen.length),
  }));
  return (
    <>
      <section aria-label="Accuracy over classes seen">
        <div className="row">
          <h3>Accuracy on all classes seen</h3>
          <p className="quiet push training-legend">
            <span className="legend">synthetic set</span>
            <span className="legend legend-accuracy">random images</span>
          </p>
        </div>
        <ChartBox height={HEIGHT}>
          {(width) => (
            <ContinualChart width={width} height={HEIGHT} classesSeen={classesSeen} lines={lines} />
          )}
        </ChartBox>
      </section>
      <div className="results-scroll" tabIndex={0} role="group" aria-label="Results">
        <table className="results figures">
          <thead>
            <tr>
              <th scope="col">Memory</th>
              {classesSeen.map((seen) => (
                <th key={seen} scope="col" className="results-number">
                  {seen} classes
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(({ role, name, points }) => (
              <tr key={role}>
                <th scope="row">{name}</th>
                {points.map((point, step) => (
                  <td key={classesSeen[step]} className="results-number">
                    {point ? formatMeanStd(point.mean, point.std) : UNKNOWN}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
