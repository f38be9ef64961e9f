import { useState } from "react";
import { formatMeanStd, formatPercent, UNKNOWN } from "../../format";
import { sortedRows, type ResultRow, type SortKey, type Sorting } from "./resultRows";

interface Props {
  rows: readonly ResultRow[];
  chosen: string | null;
  onChoose: (key: string | null) => void;
}

interface Column {
  by: SortKey;
  label: string;
  about: string;
  isNumber?: boolean;
}

const COLUMNS: readonly Column[] = [
  { by: "set", label: "Set", about: "Which kept set" },
  { by: "subject", label: "Trained on", about: "What the networks were trained on" },
  { by: "network", label: "Network", about: "Which network was trained" },
  {
    by: "mean",
    label: "Accuracy",
    about: "On the real test images, mean ± standard deviation",
    isNumber: true,
  },
  {
    by: "ior",
    label: "IOR",
    about: "Improvement over random: accuracy minus that of random images under the same protocol",
    isNumber: true,
  },
  {
    by: "hlr",
    label: "HLR",
    about:
      "Hard-label recovery: accuracy of all data minus that of the set, both with hard labels; smaller is better",
    isNumber: true,
  },
  { by: "lrs", label: "LRS", about: "Label-robust score of DD-Ranking, 0 to 1", isNumber: true },
];

/** Subject by network, every accuracy beside its improvement over random. A click on a row shows more of it. */
export function ResultsTable({ rows, chosen, onChoose }: Props) {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const hasSets = new Set(rows.map(({ source }) => source.snapshotId)).size > 1;
  const columns = COLUMNS.filter(({ by }) => by !== "set" || hasSets);
  const shown = sorting ? sortedRows(rows, sorting) : rows;
  const sort = (by: SortKey, isNumber = false) =>
    setSorting((now) =>
      now?.by === by ? { by, isDescending: !now.isDescending } : { by, isDescending: isNumber },
    );

  return (
    <div className="results-scroll" tabIndex={0} role="group" aria-label="Results">
      <table className="results figures">
        <thead>
          <tr>
            {columns.map(({ by, label, about, isNumber }) => (
              <th
                key={by}
                scope="col"
                className={isNumber ? "results-number" : by === "network" ? "results-network" : ""}
                aria-sort={sorting?.by !== by ? "none" : sorting.isDescending ? "descending" : "ascending"}
              >
                <button
                  type="button"
                  className="results-sort"
                  title={about}
                  onClick={() => sort(by, isNumber)}
                >
                  {label}
                  <span aria-hidden="true">
                    {sorting?.by !== by ? "" : sorting.isDescending ? " ▾" : " ▴"}
                  </span>
                </button>
              </th>
            ))}
            <th scope="col">
              <span className="unseen">Remarks</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr
              key={row.key}
              data-chosen={row.key === chosen || undefined}
              data-subject={row.subject}
              onClick={() => onChoose(row.key === chosen ? null : row.key)}
            >
              {hasSets && <td>{row.set}</td>}
              <th scope="row">
                <button
                  type="button"
                  className="results-choose"
                  aria-expanded={row.key === chosen}
                  aria-label={`${row.subjectText} on ${row.network}`}
                >
                  {row.subjectText}
                </button>
                <span className="quiet results-below">{row.network}</span>
              </th>
              <td className="results-network">{row.network}</td>
              <td
                className="results-number"
                title={row.accuracies.map((score) => formatPercent(score)).join(", ")}
              >
                {formatMeanStd(row.mean, row.std)}
              </td>
              <td className="results-number">{signed(row.ior)}</td>
              <td className="results-number">{points(row.hlr)}</td>
              <td className="results-number">{row.lrs === null ? UNKNOWN : row.lrs.toFixed(3)}</td>
              <td>
                {row.subject === "full" && (
                  <span
                    className="results-cached"
                    title="Fewer epochs than the papers train: a mark to compare with, not a record"
                  >
                    short recipe
                  </span>
                )}{" "}
                {row.isCached && (
                  <span
                    className="results-cached"
                    title="Known from an earlier evaluation with the same settings"
                  >
                    cached
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A difference of accuracies in percentage points. */
const points = (value: number | null): string =>
  value === null ? UNKNOWN : (value * 100).toFixed(1).replace("-", "−");

const signed = (value: number | null): string => (value !== null && value > 0 ? "+" : "") + points(value);
