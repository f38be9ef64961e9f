import { selectedDataset, useDatasets } from "@/state/datasets";
import { useImporting } from "@/state/importing";
import { Alert } from "../../controls/Alert";
import { Panel } from "../Panel";
import { ProjectButtons } from "../project/ProjectButtons";
import { DatasetList } from "./DatasetList";
import { FileSource } from "./FileSource";
import { ImportDialog } from "./ImportDialog";
import { ImportReportView } from "./ImportReportView";
import { ImportWorking } from "./ImportWorking";
import { PublicSets } from "./PublicSets";
import { StorageLine } from "./StorageLine";
import "./data.css";

/** Station 1: get a dataset in, choose one, see what it holds. */
export function DataPanel() {
  const phase = useImporting((state) => state.phase);
  const importError = useImporting((state) => state.error);
  const dismissError = useImporting((state) => state.dismissError);
  const storeError = useDatasets((state) => state.error);
  const dismissStoreError = useDatasets((state) => state.dismissError);
  const dataset = useDatasets(selectedDataset);
  const isBusy = phase.kind === "working" || phase.kind === "cancelling";

  return (
    <Panel id="data" number={1} title="Data" foot={<DataFoot />}>
      {isBusy ? <ImportWorking phase={phase} /> : <FileSource />}
      {importError && <Alert error={importError} onDismiss={dismissError} />}
      {storeError && <Alert error={storeError} onDismiss={dismissStoreError} />}
      <PublicSets />
      <DatasetList />
      {dataset && <ImportReportView key={dataset.id} dataset={dataset} />}
      {phase.kind === "deciding" && <ImportDialog plan={phase.plan} />}
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
