import type { DatasetInfo } from "@/shared/dataset";
import type { SkippedFile } from "@/shared/importing";
import { useDatasets } from "@/state/datasets";
import { download } from "@/state/exporting";
import { formatCount, formatDuration, formatNumber, plural } from "../../format";
import { ClassStrip } from "./ClassStrip";
import { imagesIn } from "./datasetCounts";

const MOST_SHOWN = 100; // skipped files on the page; the download holds all

/** What came in: images per class and split, a few of each class, and every file that was left out, with its reason. */
export function ImportReportView({ dataset }: { dataset: DatasetInfo }) {
  const report = useDatasets((state) => state.report);
  const preview = useDatasets((state) => state.preview);
  const { train, test } = report?.counts ?? dataset.counts;
  return (
    <section className="report" aria-label="Import report">
      <h3>Import report</h3>
      <p className="quiet figures">
        {formatCount(imagesIn(dataset, "train"))} images to train, {formatCount(imagesIn(dataset, "test"))} to
        test
      </p>
      <div className="report-classes" tabIndex={0} role="group" aria-label="Classes">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">Class</span>
              </th>
              <th scope="col">
                <span className="unseen">Preview</span>
              </th>
              <th scope="col">train</th>
              <th scope="col">test</th>
            </tr>
          </thead>
          <tbody>
            {dataset.classNames.map((name, label) => (
              <tr key={label}>
                <th scope="row" className="ellipsis" title={name}>
                  {name}
                </th>
                <td>
                  {preview?.datasetId === dataset.id ? (
                    <ClassStrip preview={preview} label={label} name={name} />
                  ) : (
                    <span className="strip-wait" />
                  )}
                </td>
                <td className="figures">{formatCount(train[label])}</td>
                <td className="figures quiet">{formatCount(test[label])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {report && (
        <>
          {report.notes.map((note) => (
            <p key={note} className="quiet">
              {note}
            </p>
          ))}
          {report.seconds > 0 && (
            <p className="quiet figures">
              Took {formatDuration(report.seconds)}, {formatNumber(report.imagesPerSecond, 3)} images/s
            </p>
          )}
          <Skipped name={dataset.name} skipped={report.skipped} />
        </>
      )}
    </section>
  );
}

function Skipped({ name, skipped }: { name: string; skipped: readonly SkippedFile[] }) {
  if (skipped.length === 0) return <p className="quiet">No file was skipped.</p>;
  const save = () => {
    const lines = skipped.map(({ path, reason }) => `${path}\t${reason}\n`);
    download(new Blob(["path\treason\n", ...lines], { type: "text/plain" }), `${name} skipped files.txt`);
  };
  return (
    <details className="fold skipped">
      <summary>{plural(skipped.length, "file")} skipped</summary>
      <ul tabIndex={0} aria-label="Skipped files">
        {skipped.slice(0, MOST_SHOWN).map(({ path, reason }, at) => (
          <li key={at}>
            <span className="skipped-path">{path}</span>
            <span className="quiet">{reason}</span>
          </li>
        ))}
      </ul>
      {skipped.length > MOST_SHOWN && (
        <p className="quiet">and {formatCount(skipped.length - MOST_SHOWN)} more in the list</p>
      )}
      <button type="button" className="button button-small" onClick={save}>
        Download the list
      </button>
    </details>
  );
}
