/**
 * Writes the states of one run down: when the interval has passed, and when it is asked to. The run goes on while the
 * bytes are hashed and stored; what cannot be stored is a warning, never the end of the run.
 */
import type { BegunRun, CheckpointStore } from "@/data/runs/checkpointStore";
import type { Checkpoint } from "@/shared/checkpoint";
import { errorInfo, type ErrorInfo } from "@/shared/errors";

export interface RunCheckpointsOptions {
  store: Pick<CheckpointStore, "begin" | "save" | "noteError" | "delete">;
  run: BegunRun;
  intervalMs: number;
  /** Milliseconds, monotonic. */
  clock: () => number;
  /** Milliseconds since 1970. */
  now: () => number;
  /** The iteration of the newest stored state; null before there is one. */
  savedIteration: number | null;
}

export class RunCheckpoints {
  /** The iteration of the newest stored state; null before there is one. */
  savedIteration: number | null;
  /** Why the newest state could not be stored. */
  warning: ErrorInfo | undefined;
  private beganAt: number;
  private writing: Promise<void> | null = null;

  constructor(private readonly options: RunCheckpointsOptions) {
    this.savedIteration = options.savedIteration;
    this.beganAt = options.clock();
  }

  get runId(): string {
    return this.options.run.id;
  }

  /** True when the interval has passed; a write that is still going on is not overtaken. */
  isDue(): boolean {
    return this.writing === null && this.options.clock() - this.beganAt >= this.options.intervalMs;
  }

  /** Lists the run, so that it is known of before its first checkpoint. */
  begin(): Promise<void> {
    const { store, run, now } = this.options;
    return this.attempt(() => store.begin(run, now()));
  }

  /**
   * Stores a state, after the one before it. Never throws: the warning says what went wrong.
   * @param error why the run ended, when it did
   */
  save(checkpoint: Checkpoint, error?: ErrorInfo): Promise<void> {
    const { store, run, now, clock } = this.options;
    this.beganAt = clock();
    return this.attempt(async () => {
      await store.save(run, checkpoint, now(), error).catch(async (refused: unknown) => {
        if (error) await store.noteError(run.id, error);
        throw refused;
      });
      this.savedIteration = checkpoint.iteration;
      this.warning = undefined;
    });
  }

  /** A run that ended without a new state: its newest one stays, with the reason; without any, nothing is left. */
  end(error?: ErrorInfo): Promise<void> {
    const { store, run } = this.options;
    return this.attempt(async () => {
      if (this.savedIteration === null) await store.delete(run.id);
      else if (error) await store.noteError(run.id, error);
    });
  }

  /** Notes a state that could not even be read. */
  warn(error: unknown): void {
    this.warning = errorInfo(error);
  }

  private attempt(write: () => Promise<void>): Promise<void> {
    const own = (this.writing ?? Promise.resolve()).then(write).catch((error: unknown) => this.warn(error));
    const settled = own.finally(() => {
      if (this.writing === settled) this.writing = null;
    });
    this.writing = settled;
    return settled;
  }
}
