/**
 * A run on its way to the page: what the generator says becomes the newest state of everything, told at the display
 * rate; a step is one iteration.
 */
import type { EvaluationScore, ExpertPoint, RunEvent, RunPhase, RunUpdate, Snapshot } from "@/shared/run";
import { DISPLAY_MS, DrivenSession } from "./drivenSession";

/** Rates are measured over this much computing time. */
const RATE_WINDOW_MS = 5000;

/** A run whose state can be asked for between two events. */
export interface DrivenRun extends AsyncGenerator<RunEvent, void, void> {
  snapshot(): Promise<Snapshot>;
}

export interface RunSessionOptions {
  run: DrivenRun;
  iterations: number;
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
  private iteration = 0;
  private losses: RunUpdate["losses"] = [];
  private images: RunUpdate["images"];
  private preparing: RunUpdate["preparing"];
  private evaluating: RunUpdate["evaluating"];
  private readonly scores: EvaluationScore[] = [];
  /** Time of each recent iteration; the last entry is the one that is going on. */
  private iterationMs: number[] = [0];
  private imagesReadAt = -Infinity;

  constructor(private readonly options: RunSessionOptions) {
    super(options);
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
    return this.between(() => this.options.run.snapshot());
  }

  /** A pause shows the iteration that it is at; one that was not pictured is followed by one that is. */
  protected mayPause(): boolean {
    if (this.picturedIteration === this.iteration) return true;
    const isBetween = this.evaluating !== undefined || this.preparing !== undefined;
    return isBetween && this.picturedIteration < this.iteration;
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
        if (event.loss !== null) this.losses.push({ iteration: event.iteration, loss: event.loss });
        if (this.wanted === "step") this.wanted = "pause";
        break;
      case "images": {
        const { pixels, width, height, count, iteration } = event;
        this.images = { pixels, width, height, count, iteration };
        this.picturedIteration = iteration;
        break;
      }
      case "evaluating": {
        const { network, networks, epoch, epochs } = event;
        this.evaluating = { network, networks, epoch, epochs };
        break;
      }
      case "evaluation":
        this.evaluating = undefined;
        this.scores.push(event.score);
        this.iterationMs = [0]; // the time it took says nothing of the next iterations
        break;
      case "done":
        break;
      default:
        throw new Error(`RunSession: unknown event ${(event satisfies never as RunEvent).kind}`);
    }
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
    const { iterations, post, tensorBytes } = this.options;
    const timed = this.iterationMs.slice(0, -1);
    const windowMs = timed.reduce((sum, ms) => sum + ms, 0);
    const rate = windowMs > 0 ? (1000 * timed.length) / windowMs : null;
    const update: RunUpdate = {
      phase: this.phase,
      iteration: this.iteration,
      iterations,
      losses: this.losses,
      scores: [...this.scores],
      iterationsPerSecond: rate,
      elapsed: this.elapsedMs / 1000,
      eta: rate === null ? null : (iterations - this.iteration) / rate,
      tensorBytes: tensorBytes(),
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
