/** How far a project file is, in bytes: the same meter as an import's, with the words of project files. */
import type { ProjectProgress } from "@/shared/project";
import { ProgressMeter } from "../progressMeter";

export interface Surroundings {
  /** Milliseconds on any clock that only goes forwards. */
  clock: () => number;
  signal: AbortSignal;
  onProgress: (progress: ProjectProgress) => void;
}

export class ByteMeter {
  private readonly meter: ProgressMeter;
  private done = 0;

  constructor(
    phase: ProjectProgress["phase"],
    private readonly total: number,
    { clock, onProgress }: Surroundings,
  ) {
    onProgress({ phase, done: 0, total, perSecond: 0, eta: null });
    this.meter = new ProgressMeter({
      phase: "storing",
      unit: "bytes",
      total,
      clock,
      onProgress: ({ done, perSecond, eta }) => onProgress({ phase, done, total, perSecond, eta }),
    });
  }

  add(bytes: number): void {
    this.done = Math.min(this.done + bytes, this.total);
    this.meter.update(this.done);
  }

  finish(): void {
    this.meter.finish(this.total);
  }
}
