/** A run from its first event to its last, or to the interruption: progress, checkpoints, and the set at the end. */
import { distil } from "@/engine/distil";
import type { Distillation } from "@/engine/distillation";
import type { ImageSource } from "@/shared/dataset";
import type { ExperimentConfig } from "@/shared/experiment";
import { formatMeanStd, formatRate, formatSteady } from "@/shared/format";
import { skippedUpdates } from "@/shared/checkpoint";
import { LossLog, lossPoints } from "@/shared/lossLog";
import { HistoryLog, historyShape } from "@/shared/setHistory";
import { nextTurn } from "@/shared/nextTurn";
import type { BackendInfo, RunEvent, Snapshot } from "@/shared/run";
import type { TrajectoryStore } from "@/shared/trajectories";
import { backendCause } from "@/tensor/backend";
import type { CheckpointFolder, SavedRun } from "./checkpointFolder";
import { EXIT, failWith } from "./exitCodes";
import type { Progress } from "./progress";
import { Rate } from "./rate";

/** The loss is read back this often. */
const READ_MS = 250;

export interface DistillationSetup {
  config: ExperimentConfig;
  source: ImageSource;
  trajectories: TrajectoryStore;
  backend: BackendInfo["id"];
  checkpoints: CheckpointFolder;
  intervalMs: number;
  iterations: number;
  /** What the run goes on from. */
  resumed: SavedRun | null;
  /** What it begins with, where its config says so. */
  initialSet: Snapshot | null;
  /** Whether pictures are gathered on the way. */
  hasHistory: boolean;
  progress: Progress;
  signal: AbortSignal;
}

export interface DistillationOutcome {
  /** The set, null when the run was interrupted before there was one. */
  snapshot: Snapshot | null;
  isComplete: boolean;
  iteration: number;
}

/**
 * Runs until the end or until the signal; a run that is interrupted or fails leaves its last good state in the folder.
 * @throws CliError for a setting that does not fit the data; UserError when the run fails
 */
export async function runDistillation(setup: DistillationSetup): Promise<DistillationOutcome> {
  const { config, source, trajectories, resumed, initialSet, signal } = setup;
  let readAt = -Infinity;
  const shouldRead = () => {
    const now = performance.now();
    if (now - readAt < READ_MS) return false;
    readAt = now;
    return true;
  };
  const options = {
    config,
    source,
    trajectories,
    shouldRead,
    signal,
    showImages: setup.hasHistory,
    ...(resumed && { resumeFrom: resumed }),
    ...(initialSet && { initialSet }),
  };
  const run = startRun(options);
  const follower = new Follower(setup, run);
  try {
    while (!signal.aborted) {
      const next = await follower.next();
      if (next.done) break;
      if (next.value.kind === "done")
        return {
          snapshot: follower.withHistory(next.value.snapshot),
          isComplete: true,
          iteration: setup.iterations,
        };
      await follower.take(next.value);
      await nextTurn(); // lets a signal through
    }
    return { ...(await follower.interrupted()), isComplete: false };
  } catch (error) {
    if (signal.aborted) return { ...(await follower.interrupted()), isComplete: false };
    await follower.saveState().catch(() => undefined); // the error that ends the run is the one to tell
    throw await backendCause(error);
  } finally {
    await run.return();
    setup.progress.end();
  }
}

/** Settings are checked against the data before anything is computed. */
function startRun(options: Parameters<typeof distil>[0]): Distillation {
  try {
    return distil(options);
  } catch (error) {
    return failWith(EXIT.usage, error);
  }
}

/** What is known of a run on its way. */
class Follower {
  private iteration: number;
  private elapsedMs: number;
  private savedIteration: number;
  private savedAt = performance.now();
  private loss: number | null = null;
  private skipped = 0;
  private readonly log = new LossLog();
  private readonly rate = new Rate();
  private readonly history: HistoryLog | null = null;

  constructor(
    private readonly setup: DistillationSetup,
    private readonly run: Distillation,
  ) {
    const { resumed, source, config } = setup;
    if (setup.hasHistory) {
      const { shape, classNames } = source.info;
      const ipc = config.run["ipc"] as number;
      this.history = new HistoryLog(historyShape(shape, classNames.length, ipc), ipc);
      if (resumed?.history) this.history.restore(resumed.history);
    }
    this.iteration = resumed?.iteration ?? 0;
    this.savedIteration = this.iteration;
    this.elapsedMs = resumed?.elapsedMs ?? 0;
    if (resumed) this.skipped = skippedUpdates(resumed);
    for (const { iteration, loss } of resumed ? lossPoints(resumed.losses) : [])
      this.log.push(iteration, loss);
  }

  async next(): Promise<IteratorResult<RunEvent, void>> {
    const started = performance.now();
    const next = await this.run.next();
    this.elapsedMs += performance.now() - started;
    return next;
  }

  async take(event: Exclude<RunEvent, { kind: "done" }>): Promise<void> {
    const { progress, iterations, intervalMs } = this.setup;
    switch (event.kind) {
      case "preparing":
        progress.update({ step: event.step, done: event.done, total: event.total, eta: null });
        break;
      case "images":
        this.history?.push(event.iteration, event.pixels);
        break;
      case "iteration":
        this.iteration = event.iteration;
        this.rate.mark(event.iteration, this.elapsedMs);
        if (event.loss !== null) {
          this.loss = event.loss;
          this.log.push(event.iteration, event.loss);
        }
        this.skipped = event.skipped ?? this.skipped;
        progress.update({
          step: "Distilling",
          done: this.iteration,
          total: iterations,
          eta: this.rate.eta(iterations),
          figures: this.figures(),
        });
        if (performance.now() - this.savedAt >= intervalMs) await this.saveOnTheWay();
        break;
      case "evaluating": {
        const { network, networks, epoch, epochs, preparing } = event;
        const step = `Evaluating at iteration ${event.iteration}, network ${network} of ${networks}`;
        progress.update({ ...(preparing ?? { step, done: epoch, total: epochs }), eta: null });
        break;
      }
      case "evaluation": {
        const { iteration, mean, std } = event.score;
        progress.line(`Test accuracy at iteration ${iteration}: ${formatMeanStd(mean, std)}`);
        this.rate.restart();
        break;
      }
      default:
        throw new Error(`Follower: unknown event ${(event satisfies never as RunEvent).kind}`);
    }
  }

  /** Stores the newest good state. @throws CliError when the disk refuses */
  async saveState(): Promise<SavedRun | null> {
    const state = await this.run.checkpoint();
    if (state.tensors["images"] === undefined) return null;
    const saved: SavedRun = {
      ...state,
      losses: this.log.upTo(state.iteration),
      elapsedMs: this.elapsedMs,
      backend: this.setup.backend,
      ...(this.history && { history: this.history.upTo(state.iteration) }),
    };
    await this.setup.checkpoints.save(saved);
    this.savedIteration = state.iteration;
    this.savedAt = performance.now();
    return saved;
  }

  /** Saves what there is; where nothing was learned yet there is nothing to save. */
  async interrupted(): Promise<Pick<DistillationOutcome, "snapshot" | "iteration">> {
    const { iteration } = this;
    if (iteration === 0) return { snapshot: null, iteration };
    await this.saveState();
    return { snapshot: this.withHistory(await this.run.snapshot()), iteration };
  }

  withHistory(snapshot: Snapshot): Snapshot {
    return this.history ? { ...snapshot, history: this.history.upTo(snapshot.iteration) } : snapshot;
  }

  /** A state that cannot be stored now is no reason to end the run: it is told, and tried again. */
  private async saveOnTheWay(): Promise<void> {
    try {
      if (this.iteration > this.savedIteration) await this.saveState();
    } catch (error) {
      this.savedAt = performance.now();
      this.setup.progress.line(
        `Warning: ${error instanceof Error ? error.message : String(error)} The run goes on.`,
      );
    }
  }

  private figures(): string {
    const rate = formatRate(this.rate.perSecond);
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    return this.loss === null ? rate : `${rate}, loss ${formatSteady(this.loss)}${skipped}`;
  }
}
