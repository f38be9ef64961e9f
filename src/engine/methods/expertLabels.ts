/**
 * What experts at the end of their training think of images: which real images they classify rightly, and the logits
 * that labels are learned from (Guo et al. 2024, DATM.py).
 */
import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";
import type { Network } from "../networks/network";
import { logits } from "../operators/features";
import { partsOf, passLimit } from "../operators/inParts";
import { neededEpochs, trajectoryKey, type TrajectoryParams } from "../trajectories/expertPlan";
import type { MethodContext, StartProgress } from "./method";

type Context = MethodContext<TrajectoryParams>;

/** Share of the probability that an image's own class gets where no expert classifies it rightly. */
const OWN_SHARE = 0.9;
const STEP = "Asking the experts";
const BATCH = 256;

/**
 * `ipc` real images of each class: the first ones, in random order, that the first expert classifies rightly; where a
 * class runs out of them, those that the next expert does.
 * @returns [classes * ipc, h, w, channels]; the caller disposes them
 * @throws UserError for a class of which all experts together know fewer
 */
export async function* rightImages(context: Context): AsyncGenerator<StartProgress, tf.Tensor4D> {
  const { params, realData, syn, network, imagesPerPass, random } = context;
  const batch = Math.min(BATCH, passLimit(network, imagesPerPass));
  const orders = realData
    .counts("train")
    .map((count, label) => Array.from(random.fork("right images").fork(label).permutation(count)));
  const chosen = orders.map((): number[] => []);
  for (let expert = 0; expert < params.experts; expert++) {
    const open = chosen.flatMap((own, label) => (own.length < syn.ipc ? [label] : []));
    if (open.length === 0) break;
    yield { step: STEP, done: 0, total: params.experts };
    const weights = await lastWeights(context, expert);
    for (const label of open) {
      const own = chosen[label]!;
      const rest = orders[label]!.filter((index) => !own.includes(index));
      for (let start = 0; start < rest.length && own.length < syn.ipc; start += batch) {
        const part = rest.slice(start, start + batch);
        const images = realData.imagesOf(label, part);
        const scores = await scoresOf(network, weights, images, batch);
        images.dispose();
        const right = part.filter((_, i) => likeliest(scores, i, syn.classes) === label);
        own.push(...right.slice(0, syn.ipc - own.length));
      }
    }
  }
  const short = chosen.findIndex((own) => own.length < syn.ipc);
  if (short >= 0)
    throw new UserError(
      `The experts classify ${chosen[short]!.length} training images of "${realData.classNames[short]}" rightly, and "Images per class (IPC)" is ${syn.ipc}.`,
      'Train the experts longer ("Epochs per expert"), or switch "Rightly classified images" off.',
    );
  return tf.tidy(() => tf.concat(chosen.map((indices, label) => realData.imagesOf(label, indices))));
}

/**
 * Logits for the synthetic images as they are.
 * @param areFiltered the mean over all experts that classify an image rightly; otherwise what the first expert says
 * @returns [n, classes]; the caller disposes it
 */
export async function* firstLogits(
  context: Context,
  areFiltered: boolean,
): AsyncGenerator<StartProgress, tf.Tensor2D> {
  const { params, syn, network, imagesPerPass } = context;
  const limit = passLimit(network, imagesPerPass);
  const experts = areFiltered ? params.experts : 1;
  const mean = new LogitMean(syn.labels, syn.classes, areFiltered);
  for (let expert = 0; expert < experts; expert++) {
    yield { step: STEP, done: expert, total: experts };
    mean.add(await scoresOf(network, await lastWeights(context, expert), syn.images, limit));
  }
  return tf.tensor2d(mean.values(), [syn.labels.length, syn.classes]);
}

/** The mean of raw logits [n, classes] over the networks whose largest logit of an image is that of its class. */
export class LogitMean {
  private readonly sums: Float64Array;
  private readonly counts: Float64Array;

  /** @param isFiltered false takes every network's logits */
  constructor(
    private readonly labels: ArrayLike<number>,
    private readonly classes: number,
    private readonly isFiltered = true,
  ) {
    this.sums = new Float64Array(labels.length * classes);
    this.counts = new Float64Array(labels.length);
  }

  /** @param logits of one network, row by row */
  add(logits: Float32Array): void {
    const { labels, classes } = this;
    for (let i = 0; i < labels.length; i++) {
      if (this.isFiltered && likeliest(logits, i, classes) !== labels[i]) continue;
      this.counts[i]!++;
      for (let c = i * classes; c < (i + 1) * classes; c++) this.sums[c]! += logits[c]!;
    }
  }

  /** Row by row; an image that no network has right gets logits by which its own class has 0.9. */
  values(): Float32Array {
    const { labels, classes } = this;
    const own = Math.log((OWN_SHARE / (1 - OWN_SHARE)) * (classes - 1));
    return Float32Array.from(this.sums, (sum, at) => {
      const image = Math.floor(at / classes);
      const count = this.counts[image]!;
      if (count > 0) return sum / count;
      return at % classes === labels[image] ? own : 0;
    });
  }
}

/** The class with the largest score of image `row`. */
function likeliest(scores: Float32Array, row: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (scores[row * classes + c]! > scores[row * classes + best]!) best = c;
  return best;
}

function lastWeights({ config, datasetFingerprint, params, trajectories }: Context, expert: number) {
  const key = trajectoryKey(config, datasetFingerprint, params);
  return trajectories.weights(key, expert, Math.max(...neededEpochs(params)));
}

/** Logits of images, read back: [n * classes]. */
async function scoresOf(
  network: Network,
  weights: Float32Array,
  images: tf.Tensor4D,
  limit: number,
): Promise<Float32Array> {
  const scores = tf.tidy(() => {
    const vector = tf.tensor1d(weights);
    const parts = partsOf(images.shape[0], limit).map(({ start, size }) =>
      logits(network, vector, images.slice(start, size), { towards: [] }),
    );
    return tf.concat(parts, 0);
  });
  try {
    return (await scores.data()) as Float32Array;
  } finally {
    scores.dispose();
  }
}
