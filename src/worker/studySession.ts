/** Drives a study: pauses, resumes and stops it, and tells the page its newest state at the display rate. */
import type { ErrorInfo } from "@/shared/errors";
import type { Preparation, RunPhase } from "@/shared/run";
import type { StudyStep } from "@/engine/studies/study";
import { DrivenSession, type DrivenSessionOptions } from "./drivenSession";

/** What is said beside the state of a study. */
export interface StudyProgress {
  phase: RunPhase;
  /** What is done before the work goes on. */
  preparing?: Preparation;
  /** Seconds of computing, pauses left out. */
  elapsed: number;
  /** Seconds, null while it cannot be said. */
  eta: number | null;
  error?: ErrorInfo;
}

export interface StudySessionOptions<S> extends DrivenSessionOptions<StudyStep<S>> {
  /** The state before the study has said anything. */
  first: S;
  tell: (update: S & StudyProgress) => void;
}

/** Less computing than this says nothing of the time left. */
const LEAST_SHARE = 0.002;

export class StudySession<S extends object> extends DrivenSession<StudyStep<S>> {
  private state: S;
  private share = 0;
  private preparing: Preparation | undefined;
  /** Computing time before the first network: loading says nothing of the time left. */
  private preparingMs = 0;

  constructor(private readonly options: StudySessionOptions<S>) {
    super(options);
    this.state = options.first;
  }

  protected take({ share, preparing, state }: StudyStep<S>, spentMs: number): void {
    this.state = state;
    this.preparing = preparing;
    this.share = share;
    if (share === 0) this.preparingMs += spentMs;
    else if (this.phase === "preparing") this.phase = "running";
  }

  protected post(): void {
    const computing = this.elapsedMs - this.preparingMs;
    const known = this.share >= LEAST_SHARE && !this.isOver;
    this.options.tell({
      ...this.state,
      phase: this.phase,
      elapsed: this.elapsedMs / 1000,
      eta: known ? (computing * (1 - this.share)) / this.share / 1000 : null,
      ...(this.preparing && !this.isOver && { preparing: this.preparing }),
      ...(this.error && { error: this.error }),
    });
  }

  protected mayPause(): boolean {
    return true;
  }

  protected goingPhase(): RunPhase {
    return this.share === 0 ? "preparing" : "running";
  }
}
