import { lazy } from "react";
import type { ArchitectureUpdate } from "@/shared/evaluating";
import { choiceKey } from "@/state/networkChoice";
import { ChartBox } from "../../charts/ChartBox";
import { formatPercent, UNKNOWN } from "../../format";

const ArchitectureScatter = lazy(() => import("../../charts/ArchitectureScatter"));

const HEIGHT = 320; // CSS pixels

/** The dots, their rank correlation, and the same as a table, the best on real data first. */
export function ArchitectureResults({ update }: { update: ArchitectureUpdate }) {
  const { rows, correlation } = update;
  const points = rows.flatMap(({ label, synthetic, real }) =>
    synthetic === null || real === null ? [] : [{ label, synthetic, real }],
  );
  const ordered = [...rows].sort((a, b) => (b.real ?? -1) - (a.real ?? -1));
  return (
    <>
      <section aria-label="Accuracy on the set and on real images">
        <div className="row">
          <h3>The set against all data</h3>
          <p className="push figures">
            <span className="quiet">Spearman correlation </span>
            <strong>{correlation === null ? UNKNOWN : correlation.toFixed(2).replace("-", "−")}</strong>
          </p>
        </div>
        <ChartBox height={HEIGHT}>
          {(width) => <ArchitectureScatter width={width} height={HEIGHT} points={points} />}
        </ChartBox>
      </section>
      <div className="results-scroll" tabIndex={0} role="group" aria-label="Results">
        <table className="results figures">
          <thead>
            <tr>
              <th scope="col">Network</th>
              <th scope="col" className="results-number">
                On the set
              </th>
              <th scope="col" className="results-number">
                On all data
              </th>
            </tr>
          </thead>
          <tbody>
            {ordered.map(({ network, label, synthetic, real }) => (
              <tr key={choiceKey(network)}>
                <th scope="row">{label}</th>
                <td className="results-number">{formatPercent(synthetic)}</td>
                <td className="results-number">{formatPercent(real)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
