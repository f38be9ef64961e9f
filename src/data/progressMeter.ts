/** Turns a count that grows into what a person wants to know: how fast, and how long it will take. */
import type { ImportProgress } from "@/shared/importing";

/** Speed is measured over this much time, so that it follows what happens now. */
const WINDOW_MS = 3000;
/** The page need not be told more often. */
const INTERVAL_MS = 100;

export interface ProgressOptions {
  phase: ImportProgress["phase"];
  unit: ImportProgress["unit"];
  /** 0 when it is not known. */
  total: number;
  /** What is done before it begins; 0 unless told. */
  startsAt?: number;
  /** Milliseconds on any clock that only goes forwards. */
  clock: () => number;
  onProgress: (progress: ImportProgress) => void;
}

export class ProgressMeter {
  private readonly points: { at: number; done: number }[];
  private told: number;

  constructor(private readonly options: ProgressOptions) {
    this.told = options.clock();
    this.points = [{ at: this.told, done: options.startsAt ?? 0 }];
  }

  /** @param done so far */
  update(done: number): void {
    const at = this.options.clock();
    if (at - this.told >= INTERVAL_MS) this.tell(done, at);
  }

  /** Tells the last state whatever the time. */
  finish(done: number): void {
    this.tell(done, this.options.clock());
  }

  private tell(done: number, at: number): void {
    const { phase, unit, total, onProgress } = this.options;
    this.told = at;
    this.points.push({ at, done });
    while (this.points.length > 2 && at - this.points[1]!.at >= WINDOW_MS) this.points.shift();
    const first = this.points[0]!;
    const perSecond = at > first.at ? (1000 * (done - first.done)) / (at - first.at) : 0;
    const eta = total > 0 && perSecond > 0 ? Math.max(0, total - done) / perSecond : null;
    onProgress({ phase, done, total, unit, perSecond, eta });
  }
}
