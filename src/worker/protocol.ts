/**
 * The commands the page can give, one line each: handlers (`*.worker.ts`) and client are typed from here.
 * Two workers, so that an import, a list or an export never waits for the engine: `data.worker` owns files and
 * storage, `engine.worker` owns the backend and the run. Callbacks are Comlink proxies; big buffers are transferred.
 */
import type { ResumedRun, RunChanges, UnfinishedJob, UnfinishedRun } from "@/shared/checkpoint";
import type { DatasetInfo } from "@/shared/dataset";
import type {
  ArchitectureRequest,
  ArchitectureUpdate,
  ContinualRequest,
  ContinualUpdate,
  EvaluationRequest,
  EvaluationUpdate,
  SnapshotInfo,
} from "@/shared/evaluating";
import type { ErrorInfo } from "@/shared/errors";
import type { PassTimes, RunEstimate } from "@/shared/estimating";
import type { Catalog, ExperimentConfig } from "@/shared/experiment";
import type { ExportFormat, ExportWritten } from "@/shared/exporting";
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
import type { SetChoices, SetPlan } from "@/shared/openingSets";
import type {
  ProjectChoice,
  ProjectOpened,
  ProjectProgress,
  ProjectSettings,
  ProjectSize,
  ProjectWritten,
} from "@/shared/project";
import type { BackendInfo, RunUpdate, Snapshot } from "@/shared/run";
import type { StorageEvent, StoragePlace } from "@/shared/storage";
import type { WebFile, WebOffer, WebRequest } from "@/shared/webImport";
import type { ExpertNeeds, ExpertSetInfo, ExpertUpdate } from "@/shared/trajectories";

/** What both workers hear of storage. */
export interface StorageCommands {
  /**
   * Says where things are kept from now on; before, it is the storage of the browser.
   * @param memory a port to the memory worker; beside the browser's storage it holds datasets that do not fit there
   * @param page the id by which the browser's locks know the page, null when it is not known
   */
  useStorage(place: StoragePlace, memory: MessagePort | null, page: string | null): Promise<void>;
}

export interface DataCommands extends StorageCommands {
  /**
   * Opens the browser's storage, and tells from then on what happens to it.
   * @throws UserError when it cannot be used
   */
  openStorage(onEvent: (event: StorageEvent) => void): Promise<void>;
  /**
   * A first look at dropped files: which reader, which classes, sizes and splits. Stores nothing.
   * @param mayAdd whether there is a dataset to add them to: then they may be of one class
   */
  inspectFiles(
    files: PickedFile[],
    onProgress: (progress: ImportProgress) => void,
    mayAdd?: boolean,
  ): Promise<ImportPlan>;
  /** What addresses lead to, and how large it is; nothing of it is fetched. @param web to the document that connects */
  lookUpWeb(request: WebRequest, web?: MessagePort): Promise<WebOffer>;
  /**
   * Fetches files of an offer. What arrived before a connection broke is kept, and gone on with; a cancel, or the import
   * of the files, deletes it.
   */
  fetchWeb(
    files: WebFile[],
    request: WebRequest,
    onProgress: (progress: ImportProgress) => void,
    web?: MessagePort,
  ): Promise<PickedFile[]>;
  /** Imports the files of the last `inspectFiles`. @param place "browser" unless told */
  importFiles(
    choices: ImportChoices,
    onProgress: (progress: ImportProgress) => void,
    place?: StoragePlace,
  ): Promise<ImportResult>;
  listSamples(): Promise<SampleInfo[]>;
  /** Makes or downloads a sample dataset and stores it. @param place "browser" unless told */
  importSample(
    id: string,
    onProgress: (progress: ImportProgress) => void,
    place?: StoragePlace,
  ): Promise<ImportResult>;
  /** Ends whatever inspect or import is going on; resolves once nothing of it is left. */
  cancelImport(): Promise<void>;
  listDatasets(): Promise<DatasetInfo[]>;
  renameDataset(id: string, name: string): Promise<DatasetInfo>;
  deleteDataset(id: string): Promise<void>;
  datasetPreview(id: string, perClass: number): Promise<DatasetPreview>;
  datasetReport(id: string): Promise<ImportReport | null>;
  /** What a synthetic set can be written as. */
  exportFormats(): Promise<ExportFormat[]>;
  /**
   * The export as one file.
   * @param formats ids of `exportFormats`
   * @param place where the person wants it, null for a Blob
   * @throws UserError when it cannot be written there: what was there stays
   */
  exportSnapshot(
    snapshot: Snapshot,
    formats: readonly string[],
    place: FileSystemFileHandle | null,
    onProgress: (done: number, total: number) => void,
  ): Promise<ExportWritten>;
  /** Ends an export; resolves once nothing of it is left. */
  cancelExport(): Promise<void>;
  /** Whether files look like an export: its zip, or the folder of it. */
  isExport(files: PickedFile[]): Promise<boolean>;
  /** Opens an export and keeps its set. @throws UserError when it is damaged: nothing is kept then */
  openExport(files: PickedFile[]): Promise<SnapshotInfo>;
  /**
   * Looks whether files are the bare tensors of a distilled set; null when they are not.
   * @throws UserError when they are one whose parts do not fit each other
   */
  inspectSet(files: PickedFile[]): Promise<SetPlan | null>;
  /** Keeps the set of the last `inspectSet`. @throws UserError when it cannot stem from that dataset */
  openSet(choices: SetChoices): Promise<SnapshotInfo>;
  /** Keeps a synthetic set; the same set again keeps its id. */
  saveSnapshot(snapshot: Snapshot): Promise<SnapshotInfo>;
  /** All kept sets, newest first. */
  listSnapshots(): Promise<SnapshotInfo[]>;
  /** @throws UserError if there is none or its bytes have changed */
  readSnapshot(id: string): Promise<Snapshot>;
  deleteSnapshot(id: string): Promise<void>;
  /** Runs that have not been carried to their end, newest first; the one that is going on is among them. */
  listUnfinished(): Promise<UnfinishedRun[]>;
  deleteUnfinished(id: string): Promise<void>;
  /** What was begun beside runs and has not ended. */
  listJobs(): Promise<UnfinishedJob[]>;
  /** Notes a job until it is forgotten, in place of the one of its kind. */
  rememberJob(job: UnfinishedJob): Promise<void>;
  forgetJob(kind: UnfinishedJob["kind"]): Promise<void>;
  /** Stored expert trajectories, newest first. */
  listExpertSets(): Promise<ExpertSetInfo[]>;
  deleteExpertSet(id: string): Promise<void>;
  /** What a project file would hold now. */
  measureProject(): Promise<ProjectSize>;
  /**
   * Writes everything that is stored as one file.
   * @param place where the person wants it, null for a Blob
   */
  saveProject(
    choice: ProjectChoice,
    settings: ProjectSettings,
    place: FileSystemFileHandle | null,
    onProgress: (progress: ProjectProgress) => void,
  ): Promise<ProjectWritten>;
  /** Whether a file begins as a project file does. */
  isProject(file: Blob): Promise<boolean>;
  /** Checks a project file and takes all of it in. @throws UserError when it is wrong: nothing is taken in then */
  openProject(
    file: Blob,
    name: string,
    onProgress: (progress: ProjectProgress) => void,
  ): Promise<ProjectOpened>;
  /** Ends what is going on with a project file; resolves once nothing of it is left. */
  cancelProject(): Promise<void>;
}

export interface EngineCommands extends StorageCommands {
  /** Starts a backend: the one that is named or fails, else WebGPU, then wasm, then cpu. */
  startBackend(only?: BackendInfo["id"]): Promise<BackendInfo>;
  /** Tells once, if the backend becomes useless: its device was lost, its memory is full, a shader was refused. */
  watchBackend(onFailure: (error: ErrorInfo) => void): Promise<void>;
  catalog(): Promise<Catalog>;
  /** Starts a run; resolves once it has been accepted. @throws UserError for a wrong setting */
  start(config: ExperimentConfig, onUpdate: (update: RunUpdate) => void): Promise<void>;
  /**
   * Goes on with an unfinished run from its newest whole state; its updates begin with all that was shown before.
   * Resolves once it has been accepted.
   * @throws UserError when its dataset is gone, or nothing of it can be read
   */
  resumeRun(id: string, onUpdate: (update: RunUpdate) => void, changes?: RunChanges): Promise<ResumedRun>;
  /** Stores the state of the run that is going on, if there is one; resolves once it is stored. */
  saveCheckpoint(): Promise<void>;
  /** What a run with this config will take; without `times`, memory alone. @throws UserError for a wrong setting */
  estimateRun(config: ExperimentConfig, times: PassTimes | null): Promise<RunEstimate>;
  /**
   * Times the passes of the config's network for less than a second, while nothing else computes; null when something
   * began meanwhile.
   */
  measurePasses(config: ExperimentConfig): Promise<PassTimes | null>;
  /** Resolves once nothing is timed any more. */
  stopMeasuring(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Makes one iteration and pauses. */
  step(): Promise<void>;
  stop(): Promise<void>;
  /** The synthetic set as it is now. @throws UserError if there is none yet */
  snapshot(): Promise<Snapshot>;
  /**
   * Trains networks on kept sets and on what they are held against, and tests them; resolves once it was accepted.
   * What is known from an earlier evaluation comes at once. A new study ends the one before it, of whatever kind.
   * @throws UserError for a wrong setting, or when the snapshots do not fit the dataset
   */
  evaluate(request: EvaluationRequest, onUpdate: (update: EvaluationUpdate) => void): Promise<void>;
  studyContinual(request: ContinualRequest, onUpdate: (update: ContinualUpdate) => void): Promise<void>;
  studyArchitectures(
    request: ArchitectureRequest,
    onUpdate: (update: ArchitectureUpdate) => void,
  ): Promise<void>;
  /** These three act on whichever study is going on. */
  pauseStudy(): Promise<void>;
  resumeStudy(): Promise<void>;
  /** Resolves once the study has freed what it held. */
  stopStudy(): Promise<void>;
  /** What a run with this config needs of experts, and what is stored. @throws UserError for a wrong setting */
  expertNeeds(config: ExperimentConfig): Promise<ExpertNeeds>;
  /**
   * Trains the experts that a run with this config would lack; resolves once it has been accepted. Ends the run that
   * is going on. What is interrupted goes on at its last stored epoch when it is asked for again.
   */
  trainExperts(config: ExperimentConfig, onUpdate: (update: ExpertUpdate) => void): Promise<void>;
  pauseExperts(): Promise<void>;
  resumeExperts(): Promise<void>;
  /** Resolves once the training has freed what it held. */
  stopExperts(): Promise<void>;
  /** A stored set as one zip of safetensors files, one per expert. */
  exportExperts(
    setId: string,
    onProgress: (done: number, total: number) => void,
  ): Promise<{ name: string; blob: Blob }>;
  /**
   * Stores exported experts, zipped or not; resolves with how many.
   * @throws UserError when they were trained on other images, or their weights do not fit their network
   */
  importExperts(
    files: PickedFile[],
    datasetId: string,
    onProgress: (done: number, total: number) => void,
  ): Promise<number>;
}
