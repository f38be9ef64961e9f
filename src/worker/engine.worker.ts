/** The worker that owns the backend and the run. */
import * as Comlink from "comlink";
import plainWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import { openImageSource } from "@/data/imageSource";
import { trajectoriesOf } from "@/data/runs/trajectoryStore";
import { StudioDatabase } from "@/data/shards/database";
import { catalog } from "@/engine/catalog";
import { onSlowDevice } from "@/shared/experiment";
import { errorInfo } from "@/shared/errors";
import type { BackendInfo, RunUpdate } from "@/shared/run";
import { backendCause, backendFailure, startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { tensorMemory } from "@/tensor/memory";
import { createEstimateHandlers } from "./estimateHandlers";
import { createExpertHandlers, type ExpertCommands } from "./expertHandlers";
import type { EngineCommands } from "./protocol";
import { createRunHandlers } from "./runHandlers";
import { StorePlaces } from "./storePlaces";
import { openStores } from "./stores";
import { createStudyHandlers, type StudyCommands } from "./studyHandlers";
import { openTilingStore } from "./tilingStore";
import { WriterFence } from "./writerFence";

const fence = new WriterFence((navigator as { locks?: LockManager }).locks);
const database = new StudioDatabase(undefined, { mayWrite: fence.check });
const places = new StorePlaces(openStores(database, { inMemory: false }));
const { datasets, experts: expertStore, snapshots, scores, checkpoints } = places.stores;
let backend: ReturnType<typeof startBackend> | null = null;

/** Starts the backend once; a failed start may be tried again. */
function ensureBackend(only?: BackendInfo["id"]): ReturnType<typeof startBackend> {
  backend ??= startBackend({
    ...(only && { only }),
    wasmUrls: {
      "tfjs-backend-wasm.wasm": plainWasm,
      "tfjs-backend-wasm-simd.wasm": simdWasm,
      "tfjs-backend-wasm-threaded-simd.wasm": threadedWasm,
    },
    userAgent: navigator.userAgent,
    tuning: { clock: () => performance.now(), store: openTilingStore() },
  }).catch((error: unknown) => {
    backend = null;
    throw error;
  });
  return backend;
}

/** One thing computes at a time: waits until the others have ended, then for a backend that is well. */
async function takeEngine(...others: Promise<void>[]): Promise<void> {
  await Promise.all([...others, estimates.stopMeasuring()]);
  await ensureBackend();
  throwIfBackendFailed();
}

const estimates = createEstimateHandlers({
  openSource: (datasetId) => openImageSource(datasets, datasetId),
  expertsFor: (info) => trajectoriesOf(expertStore, info),
  backend: () => ensureBackend(),
  clock: () => performance.now(),
});

const experts: ExpertCommands = createExpertHandlers({
  store: expertStore,
  openSource: (datasetId) => openImageSource(datasets, datasetId),
  takeEngine: () => takeEngine(stopRun(), studies.stopStudy()),
  explain: backendCause,
  clock: () => performance.now(),
});

const studies: StudyCommands = createStudyHandlers({
  snapshots,
  scores,
  openSource: (datasetId) => openImageSource(datasets, datasetId),
  startEngine: () => takeEngine(stopRun(), experts.stopExperts()),
  explain: backendCause,
  clock: () => performance.now(),
});

const { commands: runCommands, stopRun } = createRunHandlers({
  checkpoints,
  listDatasets: () => datasets.list(),
  openSource: (datasetId) => openImageSource(datasets, datasetId),
  trajectoriesOf: (dataset) => trajectoriesOf(expertStore, dataset),
  readSnapshot: (id) => snapshots.read(id),
  takeEngine: () => takeEngine(experts.stopExperts(), studies.stopStudy()),
  explain: backendCause,
  tensorBytes: () => tensorMemory().bytes,
  clock: () => performance.now(),
  now: () => Date.now(),
  newId: () => crypto.randomUUID(),
});

/** Comlink asks for what to transfer where the value is given away. */
const transferred =
  (onUpdate: (update: RunUpdate) => void) =>
  (update: RunUpdate): void =>
    onUpdate(update.images ? Comlink.transfer(update, [update.images.pixels.buffer]) : update);

const handlers: EngineCommands = {
  ...experts,
  ...studies,
  ...runCommands,
  ...estimates,

  useStorage: (place, memory, page) => {
    fence.standFor(page);
    return Promise.resolve(places.use(place, memory));
  },

  startBackend: ensureBackend,

  async watchBackend(onFailure) {
    await ensureBackend();
    void backendFailure().then((error) => onFailure(errorInfo(error)));
  },

  async catalog() {
    const { id, software } = await ensureBackend();
    return id !== "webgpu" || software ? onSlowDevice(catalog()) : catalog();
  },

  start: (config, onUpdate) => runCommands.start(config, transferred(onUpdate)),
  resumeRun: (id, onUpdate, changes) => runCommands.resumeRun(id, transferred(onUpdate), changes),
};

Comlink.expose(handlers);
