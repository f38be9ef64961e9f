import * as tf from "@tensorflow/tfjs";
import { sgdStep, type SgdSettings } from "@/tensor/ops/flatUpdate";

export type { SgdSettings };

/**
 * Stochastic gradient descent with momentum for one tensor, with PyTorch's conventions: the rate is outside of the
 * velocity, so changing it does not rescale what was gathered, and nothing is damped.
 *
 *   v ← μ v + (g + λ p), v = g + λ p at the first step          p ← p - η v
 */
export class Sgd {
  private gathered: tf.Tensor | null = null;

  constructor(private readonly settings: SgdSettings) {}

  /**
   * Updates `variable` in place.
   * @param counts a truth value: when false, variable and velocity stay as they are
   */
  step(variable: tf.Variable, gradient: tf.Tensor, counts?: tf.Scalar): void {
    tf.tidy(() => {
      const { weights, velocity } = sgdStep(variable, gradient, this.gathered, this.settings);
      const ifCounts = (next: tf.Tensor, now: tf.Tensor) => (counts ? tf.where(counts, next, now) : next);
      const gathered = velocity && ifCounts(velocity, this.gathered ?? tf.zerosLike(velocity)); // v = 0 is no first step's v
      const next = ifCounts(weights, variable);
      this.gathered?.dispose();
      this.gathered = gathered && tf.keep(gathered.clone());
      variable.assign(next);
    });
  }

  /** v; null before the first step and without momentum. Belongs to the optimizer. */
  get velocity(): tf.Tensor | null {
    return this.gathered;
  }

  /** The velocity, to be stored. */
  async velocityValues(): Promise<Float32Array<ArrayBuffer> | null> {
    return this.gathered && Float32Array.from(await this.gathered.data());
  }

  /** Continues with a stored velocity; takes `velocity` over. */
  restore(velocity: tf.Tensor): void {
    this.gathered?.dispose();
    this.gathered = tf.keep(velocity);
  }

  dispose(): void {
    this.gathered?.dispose();
    this.gathered = null;
  }
}
