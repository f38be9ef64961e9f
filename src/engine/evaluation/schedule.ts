import type * as tf from "@tensorflow/tfjs";
import { Sgd } from "../optimizer";

const MOMENTUM = 0.9;
const WEIGHT_DECAY = 5e-4;

/**
 * The optimizer of the standard evaluation: momentum 0.9, weight decay 5e-4, and after pass number
 * `floor(epochs / 2) + 1`, counted from 0, a tenth of the rate and a new optimizer, whose momentum starts from nothing.
 */
export class EvaluationSchedule {
  private optimizer: Sgd;

  constructor(
    private readonly epochs: number,
    private readonly learningRate: number,
  ) {
    this.optimizer = optimizerWith(learningRate);
  }

  /** How many passes there are: one more than `epochs`. */
  get passes(): number {
    return this.epochs + 1;
  }

  /** Updates the weights in place. */
  step(weights: tf.Variable, gradient: tf.Tensor): void {
    this.optimizer.step(weights, gradient);
  }

  /** To be called after each pass, with its number counted from 0. */
  endPass(pass: number): void {
    if (pass !== Math.floor(this.epochs / 2) + 1) return;
    this.optimizer.dispose();
    this.optimizer = optimizerWith(this.learningRate / 10);
  }

  dispose(): void {
    this.optimizer.dispose();
  }
}

const optimizerWith = (learningRate: number): Sgd =>
  new Sgd({ learningRate, momentum: MOMENTUM, weightDecay: WEIGHT_DECAY });
