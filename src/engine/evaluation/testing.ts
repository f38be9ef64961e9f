/** How a network does: on the whole test split, and on the images it is trained on. */
import * as tf from "@tensorflow/tfjs";
import type { Network } from "../networks/network";
import { logits } from "../operators/features";
import { partsOf } from "../operators/inParts";
import type { RealData } from "../realData";

export interface TestedNetwork {
  network: Network;
  weights: tf.Tensor1D;
  /** What batch norms remember; null without batch norm. */
  statistics: tf.Tensor1D | null;
}

export interface TestOptions extends TestedNetwork {
  /** Gives the test split. */
  realData: RealData;
  /** Images in one pass. */
  batch: number;
}

/** Share of the test images that are classified right; yields after each batch. */
export async function* testAccuracy(options: TestOptions): AsyncGenerator<void, number> {
  return accuracyOf(yield* testConfusion(options));
}

/** Test images by true class (row) and predicted class (column); yields after each batch. */
export async function* testConfusion(options: TestOptions): AsyncGenerator<void, number[][]> {
  const { network, realData, batch } = options;
  const confusion = Array.from({ length: network.classes }, () => new Array<number>(network.classes).fill(0));
  for (const { images, labels } of realData.testBatches(batch)) {
    const guesses = tf.tidy(() => guessesOf(options, images));
    images.dispose();
    try {
      (await guesses.data()).forEach((guess, i) => confusion[labels[i]!]![guess]!++);
    } finally {
      guesses.dispose();
    }
    yield;
  }
  return confusion;
}

/** The likeliest class of each image: [n]. */
function guessesOf({ network, weights, statistics }: TestedNetwork, images: tf.Tensor4D): tf.Tensor1D {
  return logits(network, weights, images, { towards: [], ...(statistics && { statistics }) }).argMax(1);
}

/** A test without its result, for a rehearsal; to be called inside tidy. */
export function rehearseTest({ realData, batch, ...network }: TestOptions): void {
  const first = realData.testBatches(batch).next();
  if (!first.done) guessesOf(network, first.value.images);
}

/** Share on the diagonal, NaN when there are no images. */
export function accuracyOf(confusion: readonly (readonly number[])[]): number {
  const total = confusion.flat().reduce((a, b) => a + b, 0);
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  return total === 0 ? NaN : right / total;
}

export interface LabelledImages {
  images: tf.Tensor4D;
  targets: tf.Tensor2D; // [n, classes]
}

/** Mean loss, and the share of images whose likeliest class is that of their target. Reads two numbers back. */
export async function measureFit(
  options: Omit<TestOptions, "realData">,
  sample: LabelledImages,
): Promise<{ loss: number; accuracy: number }> {
  const both = tf.tidy(() => fitOf(options, sample));
  try {
    const [loss, accuracy] = (await both.data()) as Float32Array;
    return { loss: loss!, accuracy: accuracy! };
  } finally {
    both.dispose();
  }
}

/** Both numbers: [2]; to be called inside tidy. */
export function fitOf(
  { network, weights, statistics, batch }: Omit<TestOptions, "realData">,
  { images, targets }: LabelledImages,
): tf.Tensor {
  const n = images.shape[0];
  const parts = partsOf(n, batch).map(({ start, size }) => {
    const options = { towards: [], ...(statistics && { statistics }) } as const;
    const scores = logits(network, weights, images.slice(start, size), options);
    const wanted = targets.slice(start, size);
    const loss = tf.logSoftmax(scores).mul(wanted).sum().neg();
    return tf.stack([loss, scores.argMax(1).equal(wanted.argMax(1)).sum().toFloat()]);
  });
  return tf.addN(parts).div(n);
}
