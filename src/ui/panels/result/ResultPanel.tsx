import { useExporting } from "@/state/exporting";
import { canExport, isActive, useRun } from "@/state/run";
import { useSnapshots } from "@/state/snapshots";
import { useTabs, viewingReason } from "@/state/tabs";
import { Alert } from "../../controls/Alert";
import { ExportIcon } from "../../controls/Icons";
import { ProgressBar } from "../../controls/ProgressBar";
import { formatBytes } from "../../format";
import { EvaluateButton } from "../evaluate/EvaluateButton";
import { RunList } from "../evaluate/RunList";
import { SaveCardButton } from "../evaluate/card/SaveCardButton";
import { Panel } from "../Panel";
import { AccuracyView } from "./AccuracyView";
import { ContinueButton } from "./ContinueButton";
import { Evaluations } from "./Evaluations";
import { FormatBoxes } from "./FormatBoxes";
import { LoaderLines } from "./LoaderLines";
import "./result.css";

/** Station 4: how good the set is, and how to take it home. */
export function ResultPanel() {
  const hasKept = useSnapshots(({ selectedId }) => selectedId !== null);
  const hasImages = useRun(canExport) || hasKept;
  const isLost = useRun((state) => state.isLost);
  const isViewer = useTabs(viewingReason) !== "";
  const phase = useExporting((state) => state.phase);
  const done = useExporting((state) => state.done);
  const total = useExporting((state) => state.total);
  const written = useExporting((state) => state.written);
  const error = useExporting((state) => state.error);
  const exportSet = useExporting((state) => state.exportSet);
  const cancel = useExporting((state) => state.cancel);
  const isIdle = !useRun(isActive);
  const isNext = hasImages && isIdle;
  const isWorking = phase === "working";

  return (
    <Panel id="result" number={4} title="Result">
      <AccuracyView />
      <EvaluateButton />
      <RunList />
      <ContinueButton />
      <div className="export">
        <h3>Take it home</h3>
        <button
          type="button"
          className={`button button-wide ${isNext ? "button-next" : ""}`}
          disabled={!hasImages || isWorking}
          onClick={() => void exportSet()}
        >
          <ExportIcon />
          Export
        </button>
        <SaveCardButton />
        <div className="export-state" aria-live="polite">
          {isWorking && (
            <>
              <ProgressBar label="Writing the file" done={done} total={total} />
              <button type="button" className="button button-small" onClick={() => void cancel()}>
                Cancel
              </button>
            </>
          )}
          {!isWorking && written && (
            <p className="quiet">
              <span className="export-name">{written.name}</span>, {formatBytes(written.bytes)}, is{" "}
              {written.inDownloads ? "in your downloads" : "where you wanted it"}.
            </p>
          )}
          {!hasImages && (
            <p className="quiet">
              {isViewer
                ? "Choose a kept set to export it here; a run is exported by the tab that runs it."
                : isLost
                  ? "The engine that held the images has ended. Run again to export."
                  : "There is something to take home after the first iteration."}
            </p>
          )}
        </div>
        {error && <Alert error={error} />}
        <FormatBoxes disabled={isWorking} />
        <LoaderLines />
      </div>
      <Evaluations />
    </Panel>
  );
}
