/** Every loss that was shown of a run, in two arrays that grow: 8 bytes a point. */
import type { Checkpoint } from "./checkpoint";
import type { RunUpdate } from "./run";

const FIRST_SIZE = 1024;

export class LossLog {
  private iterations = new Int32Array(FIRST_SIZE);
  private values = new Float32Array(FIRST_SIZE);
  private count = 0;

  /** Values that are not finite are left out: they are shown nowhere. */
  push(iteration: number, loss: number): void {
    if (!Number.isFinite(loss)) return;
    if (this.count === this.values.length) this.grow();
    this.iterations[this.count] = iteration;
    this.values[this.count++] = loss;
  }

  /** A copy of those up to an iteration: a run that diverged has shown more than its last good state knows of. */
  upTo(iteration: number): Checkpoint["losses"] {
    let count = this.count;
    while (count > 0 && this.iterations[count - 1]! > iteration) count--;
    return { iterations: this.iterations.slice(0, count), values: this.values.slice(0, count) };
  }

  private grow(): void {
    const { iterations, values } = this;
    this.iterations = new Int32Array(2 * iterations.length);
    this.iterations.set(iterations);
    this.values = new Float32Array(2 * values.length);
    this.values.set(values);
  }
}

/** Stored points as the page takes them. */
export const lossPoints = ({ iterations, values }: Checkpoint["losses"]): RunUpdate["losses"] =>
  Array.from(iterations, (iteration, i) => ({ iteration, loss: values[i]! }));
