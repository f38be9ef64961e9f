/** Iterations per second over the last few seconds of computing. */

const WINDOW_MS = 5000;

export class Rate {
  private readonly marks: { done: number; ms: number }[] = [];

  /** @param ms of computing so far */
  mark(done: number, ms: number): void {
    this.marks.push({ done, ms });
    while (this.marks.length > 2 && ms - this.marks[1]!.ms >= WINDOW_MS) this.marks.shift();
  }

  /** Forgets what was: the time that an evaluation took says nothing of the next iterations. */
  restart(): void {
    this.marks.length = 0;
  }

  /** Null while it cannot be said. */
  get perSecond(): number | null {
    const [first, last] = [this.marks[0], this.marks.at(-1)];
    if (!first || !last || last.ms <= first.ms) return null;
    return (1000 * (last.done - first.done)) / (last.ms - first.ms);
  }

  /** Seconds until `total`. */
  eta(total: number): number | null {
    const { perSecond } = this;
    const last = this.marks.at(-1);
    return perSecond === null || perSecond <= 0 || !last ? null : (total - last.done) / perSecond;
  }
}
