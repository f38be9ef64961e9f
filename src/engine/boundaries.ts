import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";
import { throwIfBackendFailed } from "@/tensor/backend";
import { nonFiniteCounts } from "@/tensor/ops/nonFinite";

/** The state between two iterations, as clones that later updates leave alone. */
export interface Boundary {
  /** Updates made so far. */
  iteration: number;
  tensors: Readonly<Record<string, tf.Tensor>>;
  /** The loss of the update before; rejects when something is not finite, or the backend failed. */
  checked: Promise<number>;
}

/** The newest boundaries of a run: the last one that is known to be good, and those that are still being checked. */
export class Boundaries {
  private kept: Boundary[] = [];

  get isEmpty(): boolean {
    return this.kept.length === 0;
  }

  /** Of the newest boundary: resolves with its loss, rejects with a UserError "diverged"; need not be awaited. */
  get checked(): Promise<number> {
    const newest = this.kept.at(-1);
    if (!newest) throw new Error("Boundaries.checked: there is none");
    return newest.checked;
  }

  /**
   * Keeps clones, which cost no memory before the next update, and checks them and the loss without a wait.
   * @param loss of the update before; left out where there was none
   */
  add(iteration: number, tensors: Record<string, tf.Tensor>, loss?: tf.Scalar): void {
    const clones = Object.entries(tensors).map(([name, tensor]) => [name, tf.keep(tensor.clone())] as const);
    const report = tf.tidy(() => {
      const first = loss ? loss.reshape<tf.Tensor1D>([1]) : tf.zeros<tf.Rank.R1>([1]);
      return tf.keep(tf.concat([first, ...clones.map(([, tensor]) => nonFiniteCounts(tensor))]));
    });
    const checked = readLoss(report, iteration);
    checked.catch(() => undefined); // told where it is awaited
    this.kept.push({ iteration, tensors: Object.fromEntries(clones), checked });
  }

  /** To be called once the boundary before the newest has passed its check: lets those before it go. */
  settle(): void {
    for (const { tensors } of this.kept.splice(0, this.kept.length - 2)) tf.dispose({ ...tensors });
  }

  /** The newest boundary before any that has failed; waits for the checks. */
  async lastGood(): Promise<Boundary> {
    let [good] = this.kept;
    if (!good) throw new Error("Boundaries.lastGood(): there is none");
    for (const boundary of this.kept.slice(1)) {
      const passed = await boundary.checked.then(
        () => true,
        () => false,
      );
      if (!passed) break;
      good = boundary;
    }
    return good;
  }

  dispose(): void {
    for (const { tensors } of this.kept.splice(0)) tf.dispose({ ...tensors });
  }
}

/** @param report the loss, then counts of numbers that are not finite; disposed here */
async function readLoss(report: tf.Tensor1D, iteration: number): Promise<number> {
  let values: number[];
  try {
    values = Array.from(await report.data());
  } finally {
    report.dispose();
  }
  throwIfBackendFailed();
  const [loss, ...counts] = values;
  if (Number.isFinite(loss) && counts.every((count) => count === 0)) return loss!;
  throw new UserError(
    `The run diverged in iteration ${iteration}: its loss or its images are not numbers any more.`,
    `Go on from iteration ${Math.max(0, iteration - 1)} with a smaller "Image learning rate".`,
    "diverged",
  );
}
