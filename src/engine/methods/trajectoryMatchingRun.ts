import * as tf from "@tensorflow/tfjs";
import type { ParamValues } from "@/shared/params";
import type { Random } from "@/shared/random";
import { logits } from "../operators/features";
import { partsOf, passLimit } from "../operators/inParts";
import type { KeptWeights } from "../operators/keptWeights";
import { matchTrajectory, type StudentStep } from "../operators/studentTrajectory";
import { trainNeededExperts, trajectoryKey } from "../trajectories/expertPlan";
import type { TrajectoryKey } from "../trajectories/trajectoryStore";
import type { MethodContext, MethodRun, StartProgress } from "./method";
import type { trajectoryParams } from "./trajectoryMatchingParams";

export interface TrajectoryMatchingOptions {
  /** The true gradient through all steps (MTT), or with every visited weight vector as a constant (TESLA). */
  exact: boolean;
  /** As the set has them; what the target expert thinks of the images, anew every iteration; or learned. */
  labels: "given" | "expert" | "learned";
  /** From which epoch on, and below which, a student starts at an iteration; default from 0 to `maxStartEpoch`. */
  startEpochs?: (iteration: number) => readonly [from: number, below: number];
  /** Updates whose loss is above this do not count; default all do. */
  skipAbove?: number;
  /** The weights that the loss compares; default all. */
  kept?: KeptWeights;
}

type Context = MethodContext<ParamValues<typeof trajectoryParams>>;

/** Trains the experts that are missing, then matches them: the loop of MTT and what came after. */
export async function* startTrajectoryMatching(
  context: Context,
  options: TrajectoryMatchingOptions,
): AsyncGenerator<StartProgress, MethodRun> {
  const { params, run, syn } = context;
  yield* trainNeededExperts(context);
  syn.learn("synLr", tf.scalar(params.startLr), { learningRate: params.lrLr, momentum: run.momentum });
  const key = trajectoryKey(context.config, context.datasetFingerprint, params);
  return matchingRun(context, key, options);
}

function matchingRun(context: Context, key: TrajectoryKey, options: TrajectoryMatchingOptions): MethodRun {
  const { params, network, augmentation, syn, imagesPerPass, trajectories } = context;
  const limit = passLimit(network, imagesPerPass);
  const count = syn.labels.length;
  let pair: { start: Float32Array; target: Float32Array } | null = null;

  function drawSteps(random: Random): StudentStep[] {
    return studentBatches(count, params.batchSyn, params.synSteps, random).map((rows, step) => {
      const draws = augmentation.drawBatch(rows?.length ?? count, random.fork("views").fork(step));
      return { rows, view: (images) => augmentation.view(images, draws) };
    });
  }

  /** softmax of the target expert's scores for the images as they are. */
  function relabel(target: tf.Tensor1D): void {
    tf.tidy(() => {
      const parts = partsOf(count, limit).map(({ start, size }) =>
        tf.softmax(logits(network, target, syn.images.slice(start, size), { towards: [] })),
      );
      syn.setTargets(tf.concat(parts, 0));
    });
  }

  return {
    async prepare(iteration) {
      const epochs = options.startEpochs?.(iteration) ?? [0, params.maxStartEpoch];
      const { expert, epoch } = drawStart(context, iteration, epochs);
      const [start, target] = await Promise.all([
        trajectories.weights(key, expert, epoch),
        trajectories.weights(key, expert, epoch + params.expertEpochs),
      ]);
      pair = { start, target };
    },

    step(_iteration, random) {
      if (!pair) throw new Error("trajectory matching: step() was called without prepare()");
      const start = tf.tensor1d(pair.start);
      const target = tf.tensor1d(pair.target);
      if (options.labels === "expert") relabel(target);
      const targets = syn.targets();
      const match = matchTrajectory(
        {
          network,
          start,
          target,
          images: syn.images,
          targets,
          synLr: syn.value("synLr") as tf.Scalar,
          steps: drawSteps(random.fork("steps")),
          limit,
          ...(options.kept && { kept: options.kept }),
        },
        { exact: options.exact, towardsTargets: options.labels === "learned" },
      );
      const { loss, images, synLr } = match;
      return {
        loss,
        gradients: {
          ...{ images, synLr },
          ...(match.targets && { targetLogits: towardsLogits(targets, match.targets) }),
        },
        ...(options.skipAbove !== undefined && { counts: loss.lessEqual(options.skipAbove) }),
      };
    },
  };
}

/**
 * The rows of each student step: chunks of a random order of the set, taken from its end as the released code does,
 * so that a smaller rest comes first; a new order when all are used. Null for the whole set.
 */
export function studentBatches(
  count: number,
  batch: number,
  steps: number,
  random: Random,
): (Int32Array | null)[] {
  if (batch === 0 || batch >= count) return new Array<null>(steps).fill(null);
  let chunks: Int32Array[] = [];
  return Array.from({ length: steps }, () => {
    if (chunks.length === 0) {
      const order = Int32Array.from(random.permutation(count));
      chunks = partsOf(count, batch).map(({ start, size }) => order.subarray(start, start + size));
    }
    return chunks.pop()!;
  });
}

/** The expert of an iteration, in shuffled order over all of them, and its start epoch. */
function drawStart(
  { params, random }: Context,
  iteration: number,
  [from, below]: readonly [number, number],
): { expert: number; epoch: number } {
  const round = Math.floor(iteration / params.experts);
  const order = random.fork("experts").fork(round).permutation(params.experts);
  const epoch =
    from +
    random
      .fork("start epoch")
      .fork(iteration)
      .below(below - from);
  return { expert: order[iteration % params.experts]!, epoch };
}

/** The derivative towards logits from that towards t = softmax(logits): t ⊙ (d − Σ t d), [n, classes]. */
export function towardsLogits(targets: tf.Tensor2D, derivative: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => targets.mul(derivative.sub(targets.mul(derivative).sum(1, true))));
}
