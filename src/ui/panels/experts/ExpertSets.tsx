import { useRef, useState } from "react";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ExpertSetInfo } from "@/shared/trajectories";
import { selectedDataset, useDatasets } from "@/state/datasets";
import { pickedFiles } from "@/state/dropFiles";
import { useExperiment } from "@/state/experiment";
import { isTraining, useExperts } from "@/state/experts";
import { useExpertSets } from "@/state/expertSets";
import { isActive, useRun } from "@/state/run";
import { useTabs, viewingReason } from "@/state/tabs";
import { Alert } from "../../controls/Alert";
import { BinIcon, ExportIcon, FilesIcon } from "../../controls/Icons";
import { ProgressBar } from "../../controls/ProgressBar";
import { formatBytes } from "../../format";
import { DeleteExperts } from "./DeleteExperts";
import { accuracyText, extentText, networkText, recipeText } from "./expertSetText";

/** All stored experts, those of the chosen dataset first; export, delete, import. */
export function ExpertSets({ config }: { config: ExperimentConfig | null }) {
  const list = useExpertSets((state) => state.list);
  const working = useExpertSets((state) => state.working);
  const told = useExpertSets((state) => state.told);
  const error = useExpertSets((state) => state.error);
  const { exportSet, importFiles, dismissError } = useExpertSets.getState();
  const dataset = useDatasets(selectedDataset);
  const viewing = useTabs(viewingReason);
  const isBusy = [useRun(isActive), useExperts(isTraining)].some(Boolean);
  const [deleting, setDeleting] = useState<ExpertSetInfo | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const isOwn = (set: ExpertSetInfo) => set.key.datasetFingerprint === dataset?.fingerprint;
  const sorted = [...(list ?? [])].sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)));

  return (
    <section className="expert-sets" aria-label="Stored experts">
      <div className="row">
        <h3>Stored in this browser</h3>
        <button
          type="button"
          className="button button-small push"
          disabled={viewing !== "" || !dataset || working !== null}
          title={viewing || undefined}
          onClick={() => input.current?.click()}
        >
          <FilesIcon />
          Import experts
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          tabIndex={-1}
          accept=".safetensors,.zip"
          aria-label="Expert files"
          onChange={({ currentTarget }) => {
            if (currentTarget.files?.length && dataset)
              void importFiles(pickedFiles(currentTarget.files), dataset.id).then(() => {
                if (config) void useExperts.getState().plan(config);
              });
            currentTarget.value = ""; // so that the same files can be chosen again
          }}
        />
      </div>
      {list?.length === 0 && <p className="quiet">None yet.</p>}
      <ul>
        {sorted.map((set) => (
          <ExpertSet
            key={set.id}
            set={set}
            isOwn={isOwn(set)}
            isWorking={working !== null}
            isBusy={isBusy}
            viewing={viewing}
            onExport={() => void exportSet(set.id)}
            onDelete={() => setDeleting(set)}
          />
        ))}
      </ul>
      {working && (
        <ProgressBar
          label={working.kind === "export" ? "Writing the experts" : "Importing experts"}
          done={working.done}
          total={working.total}
        />
      )}
      {told && <p className="quiet">{told}</p>}
      {error && <Alert error={error} onDismiss={dismissError} />}
      {deleting && <DeleteExperts set={deleting} config={config} onClose={() => setDeleting(null)} />}
    </section>
  );
}

interface SetProps {
  set: ExpertSetInfo;
  /** Trained on the chosen dataset. */
  isOwn: boolean;
  isWorking: boolean;
  /** The engine may be using it. */
  isBusy: boolean;
  /** Why this tab may not touch it, "" when it may. */
  viewing: string;
  onExport: () => void;
  onDelete: () => void;
}

function ExpertSet({ set, isOwn, isWorking, isBusy, viewing, onExport, onDelete }: SetProps) {
  const catalog = useExperiment((state) => state.catalog);
  const network = networkText(set.key.network, catalog);
  return (
    <li className="expert-set" data-own={isOwn || undefined}>
      <div className="grow">
        <p className="ellipsis">
          <span className="expert-set-name">{network}</span> on {set.dataset.name}
        </p>
        <p className="quiet ellipsis">{recipeText(set.key.recipe, catalog)}</p>
        <p className="quiet figures ellipsis">
          {extentText(set)} · {accuracyText(set)} · {formatBytes(set.bytes)}
        </p>
      </div>
      <button
        type="button"
        className="button button-icon"
        aria-label={`Export experts of ${network}`}
        title={viewing || "Export as safetensors"}
        disabled={isWorking || viewing !== ""}
        onClick={onExport}
      >
        <ExportIcon />
      </button>
      <button
        type="button"
        className="button button-icon"
        aria-label={`Delete experts of ${network}`}
        title={viewing || (isBusy ? "The engine is at work" : "Delete")}
        disabled={isBusy || isWorking || viewing !== ""}
        onClick={onDelete}
      >
        <BinIcon />
      </button>
    </li>
  );
}
