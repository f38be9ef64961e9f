import * as tf from "@tensorflow/tfjs";

export interface SgdSettings {
  learningRate: number;
  momentum: number;
  /** Coupled: added to the gradient. */
  weightDecay?: number;
}

/**
 * Stochastic gradient descent with momentum for one tensor, with PyTorch's conventions: the rate is outside of the
 * velocity, so changing it does not rescale what was gathered, and nothing is damped.
 *
 *   v ← μ v + (g + λ p), v = g + λ p at the first step          p ← p - η v
 */
export class Sgd {
  private velocity: tf.Tensor | null = null;

  constructor(private readonly settings: SgdSettings) {}

  /** Updates `variable` in place. */
  step(variable: tf.Variable, gradient: tf.Tensor): void {
    const { learningRate, momentum, weightDecay = 0 } = this.settings;
    tf.tidy(() => {
      const g = weightDecay === 0 ? gradient : gradient.add(variable.mul(weightDecay));
      const v = this.velocity && momentum !== 0 ? this.velocity.mul(momentum).add(g) : g;
      this.velocity?.dispose();
      this.velocity = momentum === 0 ? null : tf.keep(v.clone());
      variable.assign(variable.sub(v.mul(learningRate)));
    });
  }

  /** The velocity, to be stored; null before the first step and without momentum. */
  async velocityValues(): Promise<Float32Array<ArrayBuffer> | null> {
    return this.velocity && Float32Array.from(await this.velocity.data());
  }

  /** Continues with a stored velocity; takes `velocity` over. */
  restore(velocity: tf.Tensor): void {
    this.velocity?.dispose();
    this.velocity = tf.keep(velocity);
  }

  dispose(): void {
    this.velocity?.dispose();
    this.velocity = null;
  }
}
