/**
 * The commands the page can give, one line each: handlers (`*.worker.ts`) and client are typed from here.
 * Two workers, so that an import, a list or an export never waits for the engine: `data.worker` owns files and
 * storage, `engine.worker` owns the backend and the run. Callbacks are Comlink proxies; big buffers are transferred.
 */
import type { DatasetInfo } from "@/shared/dataset";
import type { Catalog, ExperimentConfig } from "@/shared/experiment";
import type {
  DatasetPreview,
  ImportChoices,
  ImportPlan,
  ImportProgress,
  ImportReport,
  ImportResult,
  PickedFile,
  SampleInfo,
} from "@/shared/importing";
import type { BackendInfo, RunUpdate, Snapshot } from "@/shared/run";

export interface DataCommands {
  /** A first look at dropped files: which reader, which classes, sizes and splits. Stores nothing. */
  inspectFiles(files: PickedFile[], onProgress: (progress: ImportProgress) => void): Promise<ImportPlan>;
  /** Imports the files of the last `inspectFiles`. */
  importFiles(choices: ImportChoices, onProgress: (progress: ImportProgress) => void): Promise<ImportResult>;
  listSamples(): Promise<SampleInfo[]>;
  /** Makes or downloads a sample dataset and stores it. */
  importSample(id: string, onProgress: (progress: ImportProgress) => void): Promise<ImportResult>;
  /** Ends whatever inspect or import is going on; resolves once nothing of it is left. */
  cancelImport(): Promise<void>;
  listDatasets(): Promise<DatasetInfo[]>;
  renameDataset(id: string, name: string): Promise<DatasetInfo>;
  deleteDataset(id: string): Promise<void>;
  datasetPreview(id: string, perClass: number): Promise<DatasetPreview>;
  datasetReport(id: string): Promise<ImportReport | null>;
  /** The export as one file. */
  exportSnapshot(
    snapshot: Snapshot,
    onProgress: (done: number, total: number) => void,
  ): Promise<{ name: string; blob: Blob }>;
}

export interface EngineCommands {
  /** Chooses and starts a backend: WebGPU, then wasm, then cpu. */
  startBackend(): Promise<BackendInfo>;
  catalog(): Promise<Catalog>;
  /** Starts a run; resolves once it has been accepted. @throws UserError for a wrong setting */
  start(config: ExperimentConfig, onUpdate: (update: RunUpdate) => void): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Makes one iteration and pauses. */
  step(): Promise<void>;
  stop(): Promise<void>;
  /** The synthetic set as it is now. @throws UserError if there is none yet */
  snapshot(): Promise<Snapshot>;
}
