/** The worker that owns the backend and the run. */
import * as Comlink from "comlink";
import plainWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import simdWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import threadedWasm from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import { openImageSource } from "@/data/imageSource";
import { trajectoriesOf } from "@/data/runs/trajectoryStore";
import { StudioDatabase } from "@/data/shards/database";
import { catalog } from "@/engine/catalog";
import { distil } from "@/engine/distil";
import { UserError } from "@/shared/errors";
import { onSlowDevice } from "@/shared/experiment";
import { backendCause, startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { tensorMemory } from "@/tensor/memory";
import { createExpertHandlers, type ExpertCommands } from "./expertHandlers";
import type { EngineCommands } from "./protocol";
import { RunSession } from "./runSession";
import { StorePlaces } from "./storePlaces";
import { openStores } from "./stores";
import { createStudyHandlers, type StudyCommands } from "./studyHandlers";

const places = new StorePlaces(openStores(new StudioDatabase(), { inMemory: false }));
const { datasets, experts: expertStore, snapshots, scores } = places.stores;
let backend: ReturnType<typeof startBackend> | null = null;
let session: RunSession | null = null;

/** @throws UserError when nothing was started yet */
function currentSession(): RunSession {
  if (!session) throw new UserError("There is no run yet.", "Press Start first.");
  return session;
}

const stopRun = async (): Promise<void> => session?.stop();

/** Starts the backend once; a failed start may be tried again. */
function ensureBackend(): ReturnType<typeof startBackend> {
  backend ??= startBackend({
    wasmUrls: {
      "tfjs-backend-wasm.wasm": plainWasm,
      "tfjs-backend-wasm-simd.wasm": simdWasm,
      "tfjs-backend-wasm-threaded-simd.wasm": threadedWasm,
    },
    userAgent: navigator.userAgent,
  }).catch((error: unknown) => {
    backend = null;
    throw error;
  });
  return backend;
}

/** One thing computes at a time: waits until the others have ended, then for a backend that is well. */
async function takeEngine(...others: Promise<void>[]): Promise<void> {
  await Promise.all(others);
  await ensureBackend();
  throwIfBackendFailed();
}

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

const handlers: EngineCommands = {
  ...experts,
  ...studies,

  useStorage: (place, memory) => Promise.resolve(places.use(place, memory)),

  startBackend: ensureBackend,

  async catalog() {
    const { id, software } = await ensureBackend();
    return id !== "webgpu" || software ? onSlowDevice(catalog()) : catalog();
  },

  async start(config, onUpdate) {
    await takeEngine(stopRun(), experts.stopExperts(), studies.stopStudy());
    const source = await openImageSource(datasets, config.datasetId);
    const next: RunSession = new RunSession({
      run: distil({
        config,
        source,
        showImages: true,
        shouldRead: () => next.displayDue(),
        trajectories: trajectoriesOf(expertStore, source.info),
      }),
      iterations: Number(config.run["iterations"]),
      post: (update) =>
        onUpdate(update.images ? Comlink.transfer(update, [update.images.pixels.buffer]) : update),
      explain: backendCause,
      tensorBytes: () => tensorMemory().bytes,
      clock: () => performance.now(),
    });
    session = next;
    void next.drive();
  },

  pause: () => Promise.resolve(currentSession().pause()),
  resume: () => Promise.resolve(currentSession().resume()),
  step: () => Promise.resolve(currentSession().step()),
  stop: () => currentSession().stop(),

  snapshot: () => currentSession().snapshot(),
};

Comlink.expose(handlers);
