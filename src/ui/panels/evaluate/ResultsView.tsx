import { memo, useMemo, useState } from "react";
import type { EvaluationRequest, EvaluationUpdate } from "@/shared/evaluating";
import { download } from "@/state/exporting";
import { useExperiment } from "@/state/experiment";
import { networkLabel } from "@/state/networkChoice";
import { useSnapshots } from "@/state/snapshots";
import { CopyButton } from "../../controls/CopyButton";
import { ExportIcon } from "../../controls/Icons";
import { setName } from "../../runNames";
import { BarCharts } from "./BarCharts";
import { resultRows } from "./resultRows";
import { ResultsTable } from "./ResultsTable";
import { RowDetails } from "./RowDetails";
import { csvTable, csvText, markdownTable, markdownText } from "./tableText";
import { useSnapshotDataset } from "./useSnapshotDataset";

interface Props {
  request: EvaluationRequest;
  update: EvaluationUpdate;
}

/** The table of results, the same as bars, and more of a chosen row. */
export const ResultsView = memo(function ResultsView({ request, update }: Props) {
  const catalog = useExperiment((state) => state.catalog);
  const snapshots = useSnapshots((state) => state.list);
  const dataset = useSnapshotDataset(request.snapshotIds[0]);
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useMemo(
    () =>
      resultRows(update.rows, update.scores, {
        snapshots,
        set: (info) => setName(catalog, info),
        network: (choice) => networkLabel(catalog, choice),
      }),
    [update.rows, update.scores, snapshots, catalog],
  );
  const detailed = rows.find(({ key }) => key === chosen);
  const datasetName =
    dataset?.name ?? snapshots.find(({ id }) => id === request.snapshotIds[0])?.datasetName ?? "";
  const saveCsv = () =>
    download(
      new Blob([csvText(csvTable(rows, datasetName))], { type: "text/csv;charset=utf-8" }),
      `${fileName(datasetName)}-evaluation.csv`,
    );

  if (rows.length === 0) return null;
  return (
    <>
      <section className="results-part" aria-label="Scores">
        <div className="row">
          <h3>Results</h3>
          <span className="push row">
            <CopyButton
              text={markdownText(markdownTable(rows))}
              label="Copy Markdown table"
              name="Copy Markdown"
            />
            <button type="button" className="button button-small" onClick={saveCsv}>
              <ExportIcon />
              Save CSV
            </button>
          </span>
        </div>
        <ResultsTable rows={rows} chosen={chosen} onChoose={setChosen} />
        {!detailed && <p className="quiet">A row shows its single scores, classes and confusions.</p>}
      </section>
      {detailed && <RowDetails row={detailed} classNames={dataset?.classNames ?? []} />}
      <BarCharts rows={rows} />
    </>
  );
});

const fileName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "") || "dataset";
