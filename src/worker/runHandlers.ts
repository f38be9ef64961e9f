/** What the engine worker does with runs: start one, go on with an unfinished one, and move it on. */
import type { CheckpointStore, StoredRun } from "@/data/runs/checkpointStore";
import { distil } from "@/engine/distil";
import { withSmallerSettings } from "@/engine/estimateRun";
import { beginsWithSet } from "@/engine/initialSet";
import { runParams } from "@/engine/runParams";
import type { TrajectoryStore } from "@/engine/trajectories/trajectoryStore";
import type { Checkpoint } from "@/shared/checkpoint";
import type { DatasetInfo, ImageSource } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import { parseParams } from "@/shared/params";
import type { RunUpdate, Snapshot } from "@/shared/run";
import { HistoryLog, historyShape } from "@/shared/setHistory";
import { backendLimits } from "@/tensor/memory";
import type { EngineCommands } from "./protocol";
import { RunCheckpoints } from "./runCheckpoints";
import { RunSession } from "./runSession";

export type RunCommands = Pick<
  EngineCommands,
  "start" | "resumeRun" | "saveCheckpoint" | "pause" | "resume" | "step" | "stop" | "snapshot"
>;

export interface RunSurroundings {
  checkpoints: CheckpointStore;
  listDatasets: () => Promise<DatasetInfo[]>;
  /** @throws UserError if there is no such dataset */
  openSource: (datasetId: string) => Promise<ImageSource>;
  trajectoriesOf: (dataset: DatasetInfo) => TrajectoryStore;
  /** A kept set. @throws UserError if it is no longer there */
  readSnapshot: (id: string) => Promise<Snapshot>;
  /** Ends whatever else computes and starts the backend, if it has not. */
  takeEngine: () => Promise<void>;
  /** The cause of an error, when the error is only what it showed as. */
  explain: (error: unknown) => unknown;
  tensorBytes: () => number;
  /** Milliseconds, monotonic. */
  clock: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
  newId: () => string;
}

/** What a run begins with, or goes on with. */
interface Beginning {
  id: string;
  config: ExperimentConfig;
  source: ImageSource;
  onUpdate: (update: RunUpdate) => void;
  restored?: Checkpoint;
}

export interface RunHandlers {
  commands: RunCommands;
  /** Ends the run that is going on, if there is one. */
  stopRun: () => Promise<void>;
}

export function createRunHandlers(around: RunSurroundings): RunHandlers {
  const { checkpoints, openSource, trajectoriesOf, explain, tensorBytes, clock, now } = around;
  let session: RunSession | null = null;

  /** @throws UserError when nothing was started yet */
  function current(): RunSession {
    if (!session) throw new UserError("There is no run yet.", "Press Start first.");
    return session;
  }

  const stopRun = async (): Promise<void> => session?.stop();

  /** One thing computes at a time: the run before has ended and is stored when this resolves. */
  async function takeEngine(): Promise<void> {
    await stopRun();
    await around.takeEngine();
  }

  /** @throws UserError for a wrong setting, before anything is noted of the run */
  async function begin({ id, config, source, onUpdate, restored }: Beginning): Promise<void> {
    const { name, fingerprint } = source.info;
    const { ipc, iterations, checkpointSeconds, initialSet: setId } = parseParams(runParams, config.run);
    const { shape, classNames } = source.info;
    const initialSet = beginsWithSet(config, restored) && setId ? await around.readSnapshot(setId) : null;
    const run = distil({
      config,
      source,
      showImages: true,
      shouldRead: () => next.displayDue(),
      trajectories: trajectoriesOf(source.info),
      ...(restored && { resumeFrom: restored }),
      ...(initialSet && { initialSet }),
    });
    const writer = new RunCheckpoints({
      store: checkpoints,
      run: { id, config, datasetName: name, datasetFingerprint: fingerprint, iterations },
      intervalMs: checkpointSeconds * 1000,
      savedIteration: restored?.iteration ?? null,
      clock,
      now,
    });
    const next: RunSession = new RunSession({
      run,
      iterations,
      checkpoints: writer,
      history: new HistoryLog(historyShape(shape, classNames.length, ipc), ipc),
      post: onUpdate,
      explain: async (error) =>
        withSmallerSettings(await explain(error), config, source.info, backendLimits()),
      tensorBytes,
      clock,
      ...(restored && { restored }),
    });
    if (!restored) await writer.begin();
    session = next;
    void next.drive();
  }

  /** The dataset of a stored run: by its id, else another import of the same images. */
  async function sourceOf({ run, datasetFingerprint }: StoredRun): Promise<ImageSource> {
    const same = (await around.listDatasets()).filter(
      ({ fingerprint }) => fingerprint === datasetFingerprint,
    );
    const dataset = same.find(({ id }) => id === run.config.datasetId) ?? same[0];
    if (dataset) return openSource(dataset.id);
    throw new UserError(
      `The run cannot go on: its dataset "${run.datasetName}" is no longer stored.`,
      "Import it again from the same files with the same choices, then press Resume. The state of the run is kept.",
    );
  }

  const commands: RunCommands = {
    async start(config, onUpdate) {
      await takeEngine();
      await begin({ id: around.newId(), config, source: await openSource(config.datasetId), onUpdate });
    },

    async resumeRun(id, onUpdate, changes = {}) {
      await takeEngine();
      const stored = await checkpoints.read(id);
      const source = await sourceOf(stored);
      const earlier = stored.checkpoint?.config ?? stored.run.config;
      const { info } = source;
      const config = { ...earlier, datasetId: info.id, run: { ...earlier.run, ...changes } };
      const restored = stored.checkpoint && { ...stored.checkpoint, config };
      await begin({ id, config, source, onUpdate, ...(restored && { restored }) });
      return { config, dataset: info, iteration: stored.run.iteration, isOlder: stored.isOlder };
    },

    async saveCheckpoint() {
      await session?.saveCheckpoint();
    },

    pause: () => Promise.resolve().then(() => current().pause()),
    resume: () => Promise.resolve().then(() => current().resume()),
    step: () => Promise.resolve().then(() => current().step()),
    stop: () => Promise.resolve().then(() => current().stop()),
    snapshot: () => Promise.resolve().then(() => current().snapshot()),
  };

  return { commands, stopRun };
}
