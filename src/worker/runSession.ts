/**
 * Drives one run: asks the generator for its next event, obeys pause, resume, step and stop between two events,
 * and tells the page the newest state at the display rate. It owns the clock; the engine below has none.
 */
import type { ErrorInfo } from "@/shared/errors";
import { errorInfo } from "@/shared/errors";
import { nextTurn } from "@/shared/nextTurn";
import type { EvaluationScore, RunEvent, RunPhase, RunUpdate, Snapshot } from "@/shared/run";

const DISPLAY_MS = 250;
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

export class RunSession {
  private phase: RunPhase = "preparing";
  private wanted: "run" | "pause" | "step" | "stop" = "run";
  private wake: (() => void) | null = null;
  /** The iteration of the newest pictures; they come just before the word that it is done. */
  private picturedIteration = 0;
  /** True while the run computes its next event. */
  private computing = false;
  /** What waits for the run to be between two events. */
  private waiting: (() => void)[] = [];
  /** A snapshot that is being read; the next event waits for it. */
  private reading: Promise<unknown> = Promise.resolve();
  private over: Promise<void> = Promise.resolve();
  private iteration = 0;
  private losses: RunUpdate["losses"] = [];
  private images: RunUpdate["images"];
  private preparing: RunUpdate["preparing"];
  private evaluating: RunUpdate["evaluating"];
  private readonly scores: EvaluationScore[] = [];
  private error: ErrorInfo | undefined;
  private elapsedMs = 0;
  /** Time of each recent iteration; the last entry is the one that is going on. */
  private iterationMs: number[] = [0];
  private postedAt = -Infinity;
  private imagesReadAt = -Infinity;

  constructor(private readonly options: RunSessionOptions) {}

  /** True when the display is due for new pictures and a new loss: the engine then reads them back. */
  displayDue(): boolean {
    const now = this.options.clock();
    if (now - this.imagesReadAt < DISPLAY_MS && this.wanted === "run") return false;
    this.imagesReadAt = now;
    return true;
  }

  private get isMidIteration(): boolean {
    return this.picturedIteration > this.iteration;
  }

  get isOver(): boolean {
    return this.phase === "done" || this.phase === "stopped" || this.phase === "failed";
  }

  pause(): void {
    if (this.isOver || this.wanted === "stop") return;
    this.wanted = "pause";
    this.setPhase(this.phase === "paused" ? "paused" : "pausing");
  }

  resume(): void {
    this.go("run");
  }

  step(): void {
    this.go("step");
  }

  /** Resolves once the run is over and has freed what it held. */
  stop(): Promise<void> {
    if (!this.isOver && this.wanted !== "stop") {
      this.wanted = "stop";
      this.setPhase("stopping");
      this.wake?.();
    }
    return this.over;
  }

  /** The synthetic set as it is, once the iteration that is going on is done. */
  snapshot(): Promise<Snapshot> {
    const turn = this.computing
      ? new Promise<void>((resolve) => this.waiting.push(resolve))
      : Promise.resolve();
    const snapshot = turn.then(() => this.options.run.snapshot());
    this.reading = snapshot.catch(() => undefined);
    return snapshot;
  }

  /** Runs to the end; never throws: a failure becomes the phase "failed" with its error. */
  drive(): Promise<void> {
    this.over = this.loop();
    return this.over;
  }

  private async loop(): Promise<void> {
    const { run, clock, explain } = this.options;
    try {
      while (this.wanted !== "stop") {
        if (this.wanted === "pause" && !this.isMidIteration) {
          this.setPhase("paused");
          await new Promise<void>((resolve) => (this.wake = resolve));
          this.wake = null;
          continue;
        }
        await this.reading;
        const started = clock();
        const next = await this.nextEvent();
        const spent = clock() - started;
        this.elapsedMs += spent;
        if (next.done) break;
        this.take(next.value, spent);
        await nextTurn(); // commands that arrived meanwhile come first
      }
      const finished = this.wanted !== "stop" || this.phase === "done";
      await run.return();
      this.setPhase(finished ? "done" : "stopped");
    } catch (error) {
      this.error = errorInfo(explain(error));
      this.setPhase("failed");
    }
  }

  private async nextEvent(): Promise<IteratorResult<RunEvent, void>> {
    this.computing = true;
    try {
      return await this.options.run.next();
    } finally {
      this.computing = false;
      for (const resolve of this.waiting.splice(0)) resolve();
    }
  }

  private go(how: "run" | "step"): void {
    if (this.isOver || this.wanted === "stop") return;
    this.wanted = how;
    this.setPhase(this.preparing ? "preparing" : "running");
    this.wake?.();
  }

  private take(event: RunEvent, spentMs: number): void {
    this.iterationMs[this.iterationMs.length - 1]! += spentMs;
    switch (event.kind) {
      case "preparing":
        this.preparing = { step: event.step, done: event.done, total: event.total };
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
    if (this.options.clock() - this.postedAt >= DISPLAY_MS) this.postNow();
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

  private setPhase(phase: RunPhase): void {
    this.phase = phase;
    this.postNow();
  }

  private postNow(): void {
    const { iterations, post, tensorBytes, clock } = this.options;
    this.postedAt = clock();
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
