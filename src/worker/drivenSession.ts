/**
 * Drives a generator for the page: asks it for its next event, obeys pause, resume and stop between two events, and
 * lets what waits have its turn there. It owns the clock; the engine below has none.
 */
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import { nextTurn } from "@/shared/nextTurn";
import type { RunPhase } from "@/shared/run";

/** Updates go to the page at most this often, or when the phase changes. */
export const DISPLAY_MS = 250;

export interface DrivenSessionOptions<E> {
  run: AsyncGenerator<E, void, void>;
  /** The cause of an error, or a promise of it, when the error is only what it showed as. */
  explain: (error: unknown) => unknown;
  /** Milliseconds, monotonic. */
  clock: () => number;
}

export abstract class DrivenSession<E> {
  protected phase: RunPhase = "preparing";
  protected wanted: "run" | "pause" | "step" | "stop" = "run";
  protected error: ErrorInfo | undefined;
  /** Of computing, pauses left out. */
  protected elapsedMs = 0;
  private wake: (() => void) | null = null;
  /** True while the run computes its next event. */
  private computing = false;
  /** What waits for the run to be between two events. */
  private waiting: (() => void)[] = [];
  /** What is being read between two events; the next event waits for it. */
  private reading: Promise<unknown> = Promise.resolve();
  private over: Promise<void> = Promise.resolve();
  private postedAt = -Infinity;

  constructor(private readonly driven: DrivenSessionOptions<E>) {}

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

  /** Resolves once the run is over and has freed what it held. */
  stop(): Promise<void> {
    if (!this.isOver && this.wanted !== "stop") {
      this.wanted = "stop";
      this.setPhase("stopping");
      this.wake?.();
    }
    return this.over;
  }

  /** Runs to the end; never throws: a failure becomes the phase "failed" with its error. */
  drive(): Promise<void> {
    this.over = this.loop();
    return this.over;
  }

  /** Takes an event in, which took `spentMs` to compute. */
  protected abstract take(event: E, spentMs: number): void;
  /** Tells the page how things are. */
  protected abstract post(): void;
  /** Whether the run may be held where it is. */
  protected abstract mayPause(): boolean;
  /** The phase of a run that goes on. */
  protected abstract goingPhase(): RunPhase;
  /** What is to be done once the run is held. */
  protected held?(): void;
  /** What is to be done before the run is said to be over; where it has not failed it can still be asked. */
  protected ending?(error?: ErrorInfo): Promise<void>;

  protected go(how: "run" | "step"): void {
    if (this.isOver || this.wanted === "stop") return;
    this.wanted = how;
    this.setPhase(this.goingPhase());
    this.wake?.();
  }

  protected setPhase(phase: RunPhase): void {
    this.phase = phase;
    this.postNow();
  }

  protected postNow(): void {
    this.postedAt = this.driven.clock();
    this.post();
  }

  /** Does something once the run is between two events; the next event waits for it. */
  protected between<T>(read: () => Promise<T>): Promise<T> {
    const turn = this.computing
      ? new Promise<void>((resolve) => this.waiting.push(resolve))
      : Promise.resolve();
    const result = turn.then(read);
    this.reading = Promise.allSettled([this.reading, result]).then(() => undefined);
    return result;
  }

  private async loop(): Promise<void> {
    const { run, clock, explain } = this.driven;
    try {
      while (this.wanted !== "stop") {
        if (this.wanted === "pause" && this.mayPause()) {
          this.setPhase("paused");
          this.held?.();
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
        if (clock() - this.postedAt >= DISPLAY_MS) this.postNow();
        await nextTurn();
      }
      const finished = this.wanted !== "stop" || this.phase === "done";
      await this.ending?.();
      await run.return();
      this.setPhase(finished ? "done" : "stopped");
    } catch (error) {
      this.error = errorInfo(await explain(error));
      await this.ending?.(this.error);
      this.setPhase("failed");
    }
  }

  private async nextEvent(): Promise<IteratorResult<E, void>> {
    this.computing = true;
    try {
      return await this.driven.run.next();
    } finally {
      this.computing = false;
      for (const resolve of this.waiting.splice(0)) resolve();
    }
  }
}
