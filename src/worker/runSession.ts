/**
 * A run on its way to the page: what the generator says becomes the newest state of everything, told at the display
 * rate; a step is one iteration.
 */
import { skippedUpdates, type Checkpoint, type EngineState } from "@/shared/checkpoint";
import type { ErrorInfo } from "@/shared/errors";
import type { HistoryLog } from "@/shared/setHistory";
import { LossLog, lossPoints } from "@/shared/lossLog";
import type { EvaluationScore, ExpertPoint, RunEvent, RunPhase, RunUpdate, Snapshot } from "@/shared/run";
import { DISPLAY_MS, DrivenSession } from "./drivenSession";
import type { RunCheckpoints } from "./runCheckpoints";

/** Rates are measured over this much computing time. */
const RATE_WINDOW_MS = 5000;

/** A run whose state can be asked for between two events. */
export interface DrivenRun extends AsyncGenerator<RunEvent, void, void> {
  snapshot(): Promise<Snapshot>;
  checkpoint(): Promise<EngineState>;
}

export interface RunSessionOptions {
  run: DrivenRun;
  iterations: number;
  checkpoints: RunCheckpoints;
  /** Where pictures are gathered. */
  history: HistoryLog;
  /** What the run goes on from. */
  restored?: Checkpoint;
  post: (update: RunUpdate) => void;
  /** The cause of an error, when the error is only what it showed as. */
  explain: (error: unknown) => unknown;
  tensorBytes: () => number;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

export class RunSession extends DrivenSession<RunEvent> {
  /** The iteration of the newest pictures; they come just before the word that it is done. */
  private picturedIteration = 0;
  /** False from an iteration without pictures to the next one with them. */
  private isPictured = true;
  private iteration = 0;
  private losses: RunUpdate["losses"] = [];
  private skipped = 0;
  private images: RunUpdate["images"];
  private preparing: RunUpdate["preparing"];
  private evaluating: RunUpdate["evaluating"];
  private readonly scores: EvaluationScore[] = [];
  private readonly log = new LossLog();
  /** How far the newest state went that was read to be stored. */
  private read = { iteration: 0, evaluations: 0 };
  /** Time of each recent iteration; the last entry is the one that is going on. */
  private iterationMs: number[] = [0];
  private imagesReadAt = -Infinity;

  constructor(private readonly options: RunSessionOptions) {
    super(options);
    if (options.restored) this.restore(options.restored);
  }

  /** True when the display is due for new pictures and a new loss: the engine then reads them back. */
  displayDue(): boolean {
    const now = this.options.clock();
    if (now - this.imagesReadAt < DISPLAY_MS && this.wanted === "run") return false;
    this.imagesReadAt = now;
    return true;
  }

  step(): void {
    this.go("step");
  }

  /** The synthetic set as it is, once the iteration that is going on is done. */
  snapshot(): Promise<Snapshot> {
    return this.between(async () => {
      const snapshot = await this.options.run.snapshot();
      return { ...snapshot, history: this.options.history.upTo(snapshot.iteration) };
    });
  }

  /** Writes the state down as it is, once the iteration that is going on is done; never throws. */
  async saveCheckpoint(): Promise<void> {
    if (this.isOver) return;
    const { checkpoints, explain } = this.options;
    try {
      const checkpoint = await this.between(async () => (this.hasNews() ? this.readCheckpoint() : null));
      if (!checkpoint) return;
      await checkpoints.save(checkpoint);
    } catch (error) {
      checkpoints.warn(await explain(error));
    }
    if (!this.isOver) this.postNow();
  }

  /** A pause shows the iteration that it is at, but in an evaluation, which is long; others wait for one that is pictured. */
  protected mayPause(): boolean {
    const mayWait = this.isPictured || this.evaluating !== undefined;
    return mayWait && this.picturedIteration <= this.iteration;
  }

  protected goingPhase(): RunPhase {
    return this.preparing ? "preparing" : "running";
  }

  protected take(event: RunEvent, spentMs: number): void {
    this.iterationMs[this.iterationMs.length - 1]! += spentMs;
    switch (event.kind) {
      case "preparing":
        this.preparing = { step: event.step, done: event.done, total: event.total };
        if (event.expert) this.tellExpert(event.expert);
        break;
      case "iteration":
        this.countIteration(event.iteration);
        this.isPictured = this.picturedIteration === event.iteration;
        if (event.loss !== null) this.noteLoss(event.iteration, event.loss);
        this.skipped = event.skipped ?? this.skipped;
        if (this.options.checkpoints.isDue()) void this.saveCheckpoint();
        if (this.wanted === "step") this.wanted = "pause";
        break;
      case "images": {
        const { pixels, width, height, count, iteration } = event;
        this.images = { pixels, width, height, count, iteration };
        this.picturedIteration = iteration;
        this.options.history.push(iteration, pixels);
        break;
      }
      case "evaluating": {
        const { network, networks, epoch, epochs, preparing } = event;
        this.evaluating = { network, networks, epoch, epochs, ...(preparing && { preparing }) };
        break;
      }
      case "evaluation":
        this.evaluating = undefined;
        this.scores.push(event.score);
        this.iterationMs = [0]; // the time it took says nothing of the next iterations
        break;
      case "done":
        void this.saveCheckpoint(); // until the set is kept somewhere, this is all there is of it
        break;
      default:
        throw new Error(`RunSession: unknown event ${(event satisfies never as RunEvent).kind}`);
    }
  }

  protected override held(): void {
    void this.saveCheckpoint();
  }

  /** The last state is stored before the run is said to be over. */
  protected override async ending(error?: ErrorInfo): Promise<void> {
    const { checkpoints } = this.options;
    const isNew = this.hasNews() || (error !== undefined && this.iteration > 0);
    // after a failure there may be no state to be had: then the newest stored one is what is left
    const checkpoint = isNew ? await this.between(() => this.readCheckpoint()).catch(() => null) : null;
    if (checkpoint) await checkpoints.save(checkpoint, error);
    else await checkpoints.end(error);
  }

  /** True when something was learned since the state was read last. */
  private hasNews(): boolean {
    const { iteration, evaluations } = this.read;
    return this.iteration > iteration || this.scores.length > evaluations;
  }

  /** The state between two events, with what was shown. */
  private async readCheckpoint(): Promise<Checkpoint> {
    const state = await this.options.run.checkpoint();
    this.read = { iteration: state.iteration, evaluations: state.evaluations.length };
    return {
      ...state,
      losses: this.log.upTo(state.iteration),
      elapsedMs: this.elapsedMs,
      history: this.options.history.upTo(state.iteration),
    };
  }

  private restore(checkpoint: Checkpoint): void {
    const { iteration, losses, evaluations, elapsedMs, history } = checkpoint;
    if (history) this.options.history.restore(history);
    this.iteration = iteration;
    this.skipped = skippedUpdates(checkpoint);
    this.elapsedMs = elapsedMs;
    this.scores.push(...evaluations);
    this.read = { iteration, evaluations: evaluations.length };
    for (const { iteration, loss } of lossPoints(losses)) this.noteLoss(iteration, loss);
  }

  private noteLoss(iteration: number, loss: number): void {
    this.losses.push({ iteration, loss });
    this.log.push(iteration, loss);
  }

  /** Every point of an expert's curve is told by itself, so that none is lost. */
  private tellExpert(expert: ExpertPoint): void {
    const preparing = this.preparing!;
    this.preparing = { ...preparing, expert };
    this.postNow();
    this.preparing = preparing;
  }

  /** Notes one iteration's time and keeps the last few seconds of them. */
  private countIteration(iteration: number): void {
    this.preparing = undefined;
    if (this.phase === "preparing") this.phase = "running";
    this.iteration = iteration;
    let window = 0;
    let first = this.iterationMs.length;
    while (first > 0 && window < RATE_WINDOW_MS) window += this.iterationMs[--first]!;
    this.iterationMs = [...this.iterationMs.slice(first), 0];
  }

  protected post(): void {
    const { iterations, checkpoints, post, tensorBytes } = this.options;
    const timed = this.iterationMs.slice(0, -1);
    const windowMs = timed.reduce((sum, ms) => sum + ms, 0);
    const rate = windowMs > 0 ? (1000 * timed.length) / windowMs : null;
    const update: RunUpdate = {
      runId: checkpoints.runId,
      phase: this.phase,
      iteration: this.iteration,
      iterations,
      losses: this.losses,
      ...(this.skipped > 0 && { skipped: this.skipped }),
      scores: [...this.scores],
      iterationsPerSecond: rate,
      elapsed: this.elapsedMs / 1000,
      eta: rate === null ? null : (iterations - this.iteration) / rate,
      savedIteration: checkpoints.savedIteration,
      tensorBytes: tensorBytes(),
      ...(checkpoints.warning && { warning: checkpoints.warning }),
      ...(this.preparing && { preparing: this.preparing }),
      ...(this.evaluating && { evaluating: this.evaluating }),
      ...(this.images && { images: this.images }),
      ...(this.error && { error: this.error }),
    };
    this.losses = [];
    this.images = undefined;
    post(update);
  }
}
