import { memo, useState } from "react";
import type { SnapshotInfo } from "@/shared/evaluating";
import { useExperiment } from "@/state/experiment";
import { useRun } from "@/state/run";
import { useSnapshots } from "@/state/snapshots";
import { useTabs, viewingReason } from "@/state/tabs";
import { Alert } from "../../controls/Alert";
import { DeleteDialog } from "../../controls/DeleteDialog";
import { BinIcon } from "../../controls/Icons";
import { formatBytes, formatPercent } from "../../format";
import { setFacts, setName, setTitle } from "../../runNames";
import { useSnapshotDataset } from "./useSnapshotDataset";

const day = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** What runs left behind. The selected one is exported and evaluated; none selected means the run on the screen. */
export function RunList() {
  const { phase, list, selectedId, ofRunId, opened, error, select, load, dismissError } = useSnapshots();
  const catalog = useExperiment((state) => state.catalog);
  const openedSet = list.find(({ id }) => id === opened);
  const hasDataset = useSnapshotDataset(opened ?? undefined) !== null;
  const viewing = useTabs(viewingReason);
  const isShown = useRun(({ images, isLost }) => images !== null && (!isLost || viewing !== ""));
  const hasCurrent = isShown && ofRunId === null;
  const [leaving, setLeaving] = useState<SnapshotInfo | null>(null);
  return (
    <div className="datasets runs">
      <h3>Runs</h3>
      {openedSet && (
        <p className="quiet">
          {openedSet.openedFrom ?? setName(catalog, openedSet)} was opened from its file
          {hasDataset ? "." : `; import ${openedSet.datasetName} to evaluate it.`}
        </p>
      )}
      {error && (
        <Alert error={error} onDismiss={dismissError}>
          <button type="button" className="button button-small" onClick={() => void load()}>
            Read the list again
          </button>
        </Alert>
      )}
      {phase === "ready" && list.length === 0 && !hasCurrent && (
        <p className="quiet">None yet. A run that ends is kept here, in this browser.</p>
      )}
      <ul>
        {hasCurrent && (
          <li className="dataset" data-selected={selectedId === null || undefined}>
            <button
              type="button"
              className="dataset-choose"
              aria-pressed={selectedId === null}
              onClick={() => select(null)}
            >
              <span className="dataset-name ellipsis">The run on the screen</span>
              <span className="quiet ellipsis">kept when it has ended</span>
            </button>
          </li>
        )}
        {list.map((info) => (
          <RunRow key={info.id} info={info} isSelected={info.id === selectedId} onLeave={setLeaving} />
        ))}
      </ul>
      {leaving && <DeleteRun info={leaving} onClose={() => setLeaving(null)} />}
    </div>
  );
}

interface RowProps {
  info: SnapshotInfo;
  isSelected: boolean;
  onLeave: (info: SnapshotInfo) => void;
}

/** Drawn again only when it changes itself: there may be hundreds. */
const RunRow = memo(function RunRow({ info, isSelected, onLeave }: RowProps) {
  const catalog = useExperiment((state) => state.catalog);
  const select = useSnapshots((state) => state.select);
  const viewing = useTabs(viewingReason);
  return (
    <li className="dataset" data-selected={isSelected || undefined}>
      <button
        type="button"
        className="dataset-choose"
        aria-pressed={isSelected}
        onClick={() => select(info.id)}
      >
        <span className="dataset-name ellipsis">{setTitle(catalog, info)}</span>
        <span className="quiet figures">{setFacts(info).join(" · ")}</span>
        <span className="quiet figures">
          {info.accuracy !== null && `${formatPercent(info.accuracy)} · `}
          {day.format(info.savedAt)} · {formatBytes(info.bytes)}
        </span>
      </button>
      <button
        type="button"
        className="button button-icon"
        aria-label={`Delete ${setName(catalog, info)}`}
        title={viewing || "Delete"}
        disabled={viewing !== ""}
        onClick={() => onLeave(info)}
      >
        <BinIcon />
      </button>
    </li>
  );
});

/** Asks once more before a set is gone. */
function DeleteRun({ info, onClose }: { info: SnapshotInfo; onClose: () => void }) {
  const catalog = useExperiment((state) => state.catalog);
  const remove = useSnapshots((state) => state.remove);
  return (
    <DeleteDialog
      title="Delete this run?"
      about={`${setName(catalog, info)}: its images, ${formatBytes(info.bytes)}, are removed from this browser. Files that were exported are not touched.`}
      onDelete={() => void remove(info.id)}
      onClose={onClose}
    />
  );
}
