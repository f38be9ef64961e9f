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
  /** The same, once it is known. */
  loss?: number;
}

/** The loss of an update was beyond bounds, and so will be that of another one from the same state. */
class LossOverflow extends UserError {}

/**
 * A loss that has grown by this since the first one is on its way to infinity. It is not waited for: at the edge of what
 * float32 holds the next network overflows whatever the rate.
 */
const MOST_GROWTH = 1e8;
/** Other networks, other batches and the training of a network change a loss by less than this. */
const ORDINARY_GROWTH = 1e4;
/** A first loss nearer to 0 than this says nothing of its scale. */
const LEAST_SCALE = 1e-6;

/** The newest boundaries of a run: the last one that is known to be good, and those that are still being checked. */
export class Boundaries {
  private kept: Boundary[] = [];

  /** @param first the loss of the first update, where that was made earlier */
  constructor(private first?: number) {}

  /** The loss of the first update, once it is known. */
  get firstLoss(): number | undefined {
    return this.first;
  }

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
    const report = tf.keep(reportOf(tensors, loss));
    const checked = readLoss(report, iteration).then((value) => {
      if (loss) this.judge(value, iteration);
      return (boundary.loss = value);
    });
    const boundary: Boundary = { iteration, tensors: Object.fromEntries(clones), checked };
    checked.catch(() => undefined); // told where it is awaited
    this.kept.push(boundary);
  }

  /**
   * To be called once the boundary before the newest has passed its check: keeps these two and, in front of them, the
   * last one from which an update had an ordinary loss.
   */
  settle(): void {
    const earlier = this.kept.slice(0, -2);
    const [before] = this.kept.slice(-2);
    if (earlier.length === 0 || before?.loss === undefined) return;
    const sound = this.isOrdinary(before.loss) ? earlier.at(-1)! : earlier[0]!;
    for (const boundary of earlier) if (boundary !== sound) tf.dispose({ ...boundary.tensors });
    this.kept = [sound, ...this.kept.slice(-2)];
  }

  /**
   * The newest boundary that a run can go on from: before any that has failed, and, when that was for its loss, the last
   * one from which an update had an ordinary loss. Waits for the checks.
   */
  async lastGood(): Promise<Boundary> {
    let [good] = this.kept;
    if (!good) throw new Error("Boundaries.lastGood(): there is none");
    let sound = good;
    for (const boundary of this.kept.slice(1)) {
      try {
        if (this.isOrdinary(await boundary.checked)) sound = good;
      } catch (error) {
        return error instanceof LossOverflow ? sound : good;
      }
      good = boundary;
    }
    return good;
  }

  private isOrdinary(loss: number): boolean {
    return Math.abs(loss) <= ORDINARY_GROWTH * this.scale;
  }

  private get scale(): number {
    return Math.max(Math.abs(this.first ?? 0), LEAST_SCALE);
  }

  /** @throws LossOverflow for one that has grown beyond bounds since the first */
  private judge(loss: number, iteration: number): void {
    this.first ??= loss;
    if (Math.abs(loss) <= MOST_GROWTH * this.scale) return;
    throw new LossOverflow(
      `The run diverged in iteration ${iteration}: its loss is ${loss.toExponential(1)}, and grows.`,
      ADVICE,
      "diverged",
    );
  }

  dispose(): void {
    for (const { tensors } of this.kept.splice(0)) tf.dispose({ ...tensors });
  }
}

/** The loss, then how many numbers of each tensor are not finite: what is read back of an update. */
export function reportOf(tensors: Readonly<Record<string, tf.Tensor>>, loss?: tf.Scalar): tf.Tensor1D {
  return tf.tidy(() => {
    const first = loss ? loss.reshape<tf.Tensor1D>([1]) : tf.zeros<tf.Rank.R1>([1]);
    return tf.concat([first, ...Object.values(tensors).map((tensor) => nonFiniteCounts(tensor))]);
  });
}

const ADVICE = 'Go on from its last good state with a smaller "Image learning rate".';

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
  const Fault = Number.isFinite(loss) ? UserError : LossOverflow;
  throw new Fault(
    `The run diverged in iteration ${iteration}: its loss or its images are not numbers any more.`,
    ADVICE,
    "diverged",
  );
}
