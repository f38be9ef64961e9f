import { memo, useState } from "react";
import { shapeText, type DatasetInfo } from "@/shared/dataset";
import { useDatasets } from "@/state/datasets";
import { isActive, useRun } from "@/state/run";
import { useStorage } from "@/state/storage";
import { useTabs, viewingReason } from "@/state/tabs";
import { BinIcon, PencilIcon } from "../../controls/Icons";
import { formatBytes, formatCount } from "../../format";
import { DeleteDataset } from "./DeleteDataset";
import { RenameDialog } from "./RenameDialog";
import { imagesOf } from "./datasetCounts";

/** What is asked about a dataset in a dialog. */
interface Asked {
  kind: "rename" | "delete";
  dataset: DatasetInfo;
}

/** The stored datasets; one is selected. */
export function DatasetList() {
  const phase = useDatasets((state) => state.phase);
  const list = useDatasets((state) => state.list);
  const selectedId = useDatasets((state) => state.selectedId);
  const place = useStorage((state) => state.place);
  const inUse = useRun((state) => (isActive(state) ? state.config?.datasetId : undefined));
  const [dialog, setDialog] = useState<Asked | null>(null);

  return (
    <div className="datasets">
      <h3>Datasets</h3>
      {phase === "loading" && <p className="quiet">Loading the list …</p>}
      {phase === "ready" && list.length === 0 && (
        <p className="quiet">
          {place === "browser"
            ? "None yet. What you import stays in this browser until you delete it."
            : "None yet. What you import stays until this page closes."}
        </p>
      )}
      <ul>
        {list.map((dataset) => (
          <DatasetRow
            key={dataset.id}
            dataset={dataset}
            isSelected={dataset.id === selectedId}
            isInUse={dataset.id === inUse}
            onAsk={setDialog}
          />
        ))}
      </ul>
      {dialog?.kind === "rename" && <RenameDialog dataset={dialog.dataset} onClose={() => setDialog(null)} />}
      {dialog?.kind === "delete" && (
        <DeleteDataset dataset={dialog.dataset} onClose={() => setDialog(null)} />
      )}
    </div>
  );
}

interface RowProps {
  dataset: DatasetInfo;
  isSelected: boolean;
  isInUse: boolean;
  onAsk: (asked: Asked) => void;
}

/** Drawn again only when it changes itself: there may be hundreds. */
const DatasetRow = memo(function DatasetRow({ dataset, isSelected, isInUse, onAsk }: RowProps) {
  const select = useDatasets((state) => state.select);
  const viewing = useTabs(viewingReason);
  return (
    <li className="dataset" data-selected={isSelected || undefined}>
      <button
        type="button"
        className="dataset-choose"
        aria-pressed={isSelected}
        onClick={() => void select(dataset.id)}
      >
        <span className="dataset-name ellipsis">{dataset.name}</span>
        <span className="quiet figures ellipsis">
          {dataset.classNames.length} classes · {formatCount(imagesOf(dataset))} images
        </span>
        <span className="quiet figures ellipsis">
          {shapeText(dataset.shape)} · {formatBytes(dataset.bytes)}
          {dataset.inMemory && " · in memory only"}
        </span>
      </button>
      <button
        type="button"
        className="button button-icon"
        aria-label={`Rename ${dataset.name}`}
        title={viewing || "Rename"}
        disabled={viewing !== ""}
        onClick={() => onAsk({ kind: "rename", dataset })}
      >
        <PencilIcon />
      </button>
      <button
        type="button"
        className="button button-icon"
        aria-label={`Delete ${dataset.name}`}
        title={viewing || (isInUse ? "A run is using it" : "Delete")}
        disabled={viewing !== "" || isInUse}
        onClick={() => onAsk({ kind: "delete", dataset })}
      >
        <BinIcon />
      </button>
    </li>
  );
});
