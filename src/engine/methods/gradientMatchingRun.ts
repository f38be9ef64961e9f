import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";
import type { Random } from "@/shared/random";
import { allFinite } from "@/tensor/ops/nonFinite";
import type { Draw } from "../augmentations/augmentation";
import { classBlocks, classOfImages, equalBlocks, type ClassBlock } from "../classMeans";
import { gradientInParts, passLimit } from "../operators/inParts";
import { runningStatistics } from "../operators/runningStatistics";
import { canGroup } from "../operators/weightGradient";
import { gradientDistance, type GradientMetric } from "./gradientDistance";
import { batchGradients, matchGradient, type NetworkState } from "./gradientMatching";
import type { MethodContext, MethodRun, Step } from "./method";

export interface GradientMatchingOptions {
  metric: GradientMetric;
  batchReal: number;
  /** Image updates per network. */
  networkSteps: number;
  /** Passes over the synthetic images between two image updates. */
  networkEpochs: number;
  networkLr: number;
  networkBatch: number;
  /** Use the run's augmentation: one draw per class for both sides, and one per image when the network trains. */
  augmented: boolean;
  /** Whether to compare all classes at once, given the number of the network and of its image step. */
  collective?: (networkIndex: number, step: number) => boolean;
}

/** Real images per class that batch norm takes its statistics from, as in the released code. */
const STATISTICS_BATCH = 16;

/** Passes between two waits for the backend. */
const QUEUE = 8;

/**
 * The loop of DC and its successors. Image update number i belongs to network i / networkSteps; after each update of a
 * network but its last, it is trained on the synthetic images by SGD without momentum.
 */
export function gradientMatchingRun(context: MethodContext, options: GradientMatchingOptions): MethodRun {
  const { network, realData, syn, augmentation, imagesPerPass, saved } = context;
  const distance = gradientDistance(network, options.metric);
  let weights = savedVariable(saved?.("weights", [network.weightCount]));
  let statistics = (saved?.("statistics", [network.statisticsCount]) ?? null) as tf.Tensor1D | null;

  function startNetwork(index: number): tf.Variable<tf.Rank.R1> {
    dispose();
    weights = tf.variable(network.init(context.random.fork("network").fork(index)));
    return weights;
  }

  function rememberStatistics(current: tf.Tensor1D, images: tf.Tensor4D): void {
    const next = tf.keep(runningStatistics(network, current, images, statistics ?? undefined));
    statistics?.dispose();
    statistics = next;
  }

  /** Batch norm sees real images of all classes before it is frozen for the comparison. */
  function stateFor(current: tf.Tensor1D, random: Random): NetworkState {
    if (network.statisticsCount === 0) return { network, weights: current };
    rememberStatistics(current, realData.drawPerClass(STATISTICS_BATCH, random).images);
    return { network, weights: current, statistics: statistics! };
  }

  function viewOf(draws: readonly Draw[], labels: ArrayLike<number>): (images: tf.Tensor4D) => tf.Tensor4D {
    return options.augmented ? (images) => augmentation.view(images, draws, labels) : (images) => images;
  }

  /** The gradients of fresh real batches of a block's classes, [classes of the block, P]. */
  function realGradients(
    state: NetworkState,
    { first, counts }: ClassBlock,
    draws: readonly Draw[],
    random: Random,
  ): tf.Tensor2D {
    return tf.tidy(() => {
      const batches = counts.map((_, i) => {
        const label = first + i;
        return realData.drawPerClass(options.batchReal, random.fork(label), [label]).images;
      });
      const images = batches.length === 1 ? batches[0]! : tf.concat(batches, 0);
      const labels = classOfImages({ first, counts });
      const targets = oneHot(labels, syn.classes);
      return batchGradients(state, viewOf(draws, labels)(images), targets, counts.length, imagesPerPass);
    });
  }

  /** Classes whose gradients are computed in one pass; their counts are those of the real batches. */
  function classesTogether(): ClassBlock[] {
    const counts = realData.counts("train").map((count) => Math.min(count, options.batchReal));
    const limit = canGroup(network, true) ? imagesPerPass : 0; // one class at a time
    return equalBlocks(classBlocks(counts, limit));
  }

  function matchClasses(state: NetworkState, draws: readonly Draw[], random: Random): Step {
    const targets = syn.targets();
    const parts = classesTogether().map((block) =>
      tf.tidy(() => {
        const real = realGradients(state, block, draws, random);
        const [start, size] = [block.first * syn.ipc, block.counts.length * syn.ipc];
        const view = viewOf(draws, syn.labels.subarray(start, start + size));
        const own = [syn.images.slice(start, size), targets.slice(start, size)] as const;
        return matchGradient(state, distance, real, ...own, view, imagesPerPass);
      }),
    );
    return {
      loss: parts.reduce<tf.Scalar>((sum, { value }) => sum.add(value), tf.scalar(0)),
      gradients: {
        images: tf.concat(
          parts.map(({ grad }) => grad),
          0,
        ),
      },
    };
  }

  function matchCollectively(state: NetworkState, draws: readonly Draw[], random: Random): Step {
    const real = classesTogether().reduce<tf.Tensor2D>(
      (sum, block) =>
        tf.tidy(() =>
          sum.add(realGradients(state, block, draws, random).sum(0, true).div(realData.classNames.length)),
        ),
      tf.zeros([1, network.weightCount]),
    );
    const view = viewOf(draws, syn.labels);
    const images = syn.images.clone();
    const { value, grad } = matchGradient(state, distance, real, images, syn.targets(), view, imagesPerPass);
    return { loss: value, gradients: { images: grad } };
  }

  async function* train(current: tf.Variable<tf.Rank.R1>, random: Random): AsyncGenerator<void> {
    const { networkEpochs, networkLr, networkBatch, augmented } = options;
    const n = syn.labels.length;
    for (let epoch = 0; epoch < networkEpochs; epoch++) {
      const order = Int32Array.from(random.permutation(n));
      for (let start = 0; start < n; start += networkBatch) {
        tf.tidy(() => {
          const rows =
            n <= networkBatch ? null : tf.tensor1d(order.subarray(start, start + networkBatch), "int32");
          const chosen = rows ? tf.gather(syn.images, rows) : syn.images;
          const targets = rows ? tf.gather(syn.targets(), rows) : syn.targets();
          const count = chosen.shape[0];
          const images = augmented
            ? augmentation.view(chosen, augmentation.drawBatch(count, random))
            : chosen;
          if (network.statisticsCount > 0) rememberStatistics(current, images);
          const gradient = gradientInParts(network, current, {
            images,
            targets,
            limit: passLimit(network, imagesPerPass),
          });
          current.assign(current.sub(gradient.mul(networkLr)));
        });
      }
      if (epoch % QUEUE === QUEUE - 1 || epoch === networkEpochs - 1) await checkWeights(current);
      yield;
    }
  }

  function dispose(): void {
    weights?.dispose();
    statistics?.dispose();
    weights = statistics = null;
  }

  return {
    step(iteration, random) {
      const networkIndex = Math.floor(iteration / options.networkSteps);
      const step = iteration % options.networkSteps;
      const current = step === 0 ? startNetwork(networkIndex) : weights;
      if (!current)
        throw new UserError("The saved run lacks the network it was training.", "Start a new run.");
      const viewRandom = random.fork("views");
      const draws = options.augmented ? realData.classNames.map(() => augmentation.draw(viewRandom)) : [];
      const state = stateFor(current, random.fork("statistics"));
      const match = options.collective?.(networkIndex, step) ? matchCollectively : matchClasses;
      return match(state, draws, random.fork("real"));
    },

    async *afterUpdate(iteration, random) {
      if (!weights || iteration % options.networkSteps === 0) return; // its last image update
      yield* train(weights, random);
    },

    keep: () => ({ ...(weights && { weights }), ...(statistics && { statistics }) }),

    dispose,
  };
}

/** Waits for the backend. */
async function checkWeights(weights: tf.Tensor1D): Promise<void> {
  if (await allFinite(weights)) return;
  throw new UserError(
    "The network diverged while it was trained on the synthetic images: its weights are not numbers any more.",
    'Go on with a smaller "Network learning rate".',
  );
}

function savedVariable(saved?: tf.Tensor | null): tf.Variable<tf.Rank.R1> | null {
  if (!saved) return null;
  const variable = tf.variable(saved as tf.Tensor1D);
  saved.dispose();
  return variable;
}

function oneHot(labels: readonly number[], classes: number): tf.Tensor2D {
  return tf.oneHot(tf.tensor1d([...labels], "int32"), classes).cast("float32");
}
