import { lazy, Suspense } from "react";
import { selectedDataset, useDatasets } from "@/state/datasets";
import { useImporting } from "@/state/importing";
import { useStorage } from "@/state/storage";
import { useWebImport } from "@/state/webImport";
import { Alert } from "../../controls/Alert";
import { Panel } from "../Panel";
import { ProjectButtons } from "../project/ProjectButtons";
import { DatasetList } from "./DatasetList";
import { FileSource } from "./FileSource";
import { ImportReportView } from "./ImportReportView";
import { ImportWorking } from "./ImportWorking";
import { OpenAs } from "./OpenAs";
import { PublicSets } from "./PublicSets";
import { SetDialog } from "./SetDialog";
import { StorageLine } from "./StorageLine";
import "./data.css";

const WebDialog = lazy(() => import("./web/WebDialog"));

const IN_MEMORY = {
  name: "",
  message: "This dataset lives in memory only and is gone when the page closes.",
  hint: "What is distilled from it is stored as ever. Delete what you no longer need, then import it again to keep it.",
};

/** Station 1: get a dataset in, choose one, see what it holds. */
export function DataPanel() {
  const phase = useImporting((state) => state.phase);
  const importError = useImporting((state) => state.error);
  const dismissError = useImporting((state) => state.dismissError);
  const intoMemory = useImporting((state) => state.intoMemory);
  const storeError = useDatasets((state) => state.error);
  const dismissStoreError = useDatasets((state) => state.dismissError);
  const dataset = useDatasets(selectedDataset);
  const place = useStorage((state) => state.place);
  const isWebOpen = useWebImport((state) => state.isOpen);
  const isBusy = phase.kind === "working" || phase.kind === "cancelling";

  return (
    <Panel id="data" number={1} title="Data" foot={<DataFoot />}>
      {isBusy ? <ImportWorking phase={phase} /> : <FileSource />}
      {importError && (
        <Alert error={importError} onDismiss={dismissError}>
          {intoMemory && (
            <>
              <p>Nothing of it was stored. It can be kept in memory instead, until this page closes.</p>
              <button type="button" className="button button-small" onClick={() => void intoMemory()}>
                Import into memory
              </button>
            </>
          )}
        </Alert>
      )}
      {storeError && <Alert error={storeError} onDismiss={dismissStoreError} />}
      {dataset?.inMemory && place === "browser" && <Alert kind="warning" error={IN_MEMORY} />}
      <PublicSets />
      <DatasetList />
      {dataset && <ImportReportView key={dataset.id} dataset={dataset} />}
      {phase.kind === "deciding" && <OpenAs plan={phase.plan} set={phase.set ?? null} />}
      {isWebOpen && (
        <Suspense>
          <WebDialog />
        </Suspense>
      )}
      {phase.kind === "openingSet" && <SetDialog plan={phase.set} />}
    </Panel>
  );
}

function DataFoot() {
  return (
    <>
      <StorageLine />
      <ProjectButtons />
    </>
  );
}
