/** Training of experts on its way to the page: how far it is, how long it will take, each point of the curves. */
import type { ExpertPoint, RunPhase } from "@/shared/run";
import type { ExpertEvent, ExpertUpdate } from "@/shared/trajectories";
import { DrivenSession, type DrivenSessionOptions } from "./drivenSession";

/** The rate is measured over this much computing time: an epoch's end, with its test, shall not upset it. */
const RATE_WINDOW_MS = 20_000;

export interface ExpertSessionOptions extends DrivenSessionOptions<ExpertEvent> {
  post: (update: ExpertUpdate) => void;
}

export class ExpertSession extends DrivenSession<ExpertEvent> {
  private progress: ExpertUpdate["progress"] = null;
  private points: ExpertPoint[] = [];
  /** Where the training was, and when, in the last seconds. */
  private marks: { done: number; ms: number }[] = [];

  constructor(private readonly options: ExpertSessionOptions) {
    super(options);
  }

  protected take({ step, done, total, expert, isPreparing }: ExpertEvent): void {
    this.progress = { step, done, total };
    if (expert) this.points.push(expert);
    if (isPreparing) return;
    if (this.phase === "preparing") this.phase = "running";
    this.marks.push({ done, ms: this.elapsedMs });
    const from = this.marks.findLastIndex(({ ms }) => this.elapsedMs - ms >= RATE_WINDOW_MS);
    if (from > 0) this.marks.splice(0, from);
  }

  protected mayPause(): boolean {
    return true;
  }

  protected goingPhase(): RunPhase {
    return this.marks.length > 0 ? "running" : "preparing";
  }

  protected post(): void {
    this.options.post({
      phase: this.phase,
      progress: this.progress,
      points: this.points,
      elapsed: this.elapsedMs / 1000,
      eta: this.isOver ? null : this.eta(),
      ...(this.error && { error: this.error }),
    });
    this.points = [];
  }

  private eta(): number | null {
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    if (!first || !last || last.done <= first.done || !this.progress) return null;
    const secondsEach = (last.ms - first.ms) / 1000 / (last.done - first.done);
    return (this.progress.total - last.done) * secondsEach;
  }
}
