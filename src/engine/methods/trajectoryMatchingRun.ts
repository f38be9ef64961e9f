import * as tf from "@tensorflow/tfjs";
import { parseParams, type ParamRecord, type ParamValues } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import type { Random } from "@/shared/random";
import { augmentations } from "../augmentations";
import { networks } from "../networks";
import { logits } from "../operators/features";
import { partsOf, passLimit } from "../operators/inParts";
import { matchTrajectory, type StudentStep } from "../operators/studentTrajectory";
import { drawableEpochs, recipeParams, trainExperts } from "../trajectories/trainExperts";
import type { TrajectoryKey } from "../trajectories/trajectoryStore";
import type { MethodContext, MethodRun, StartProgress } from "./method";
import type { trajectoryParams } from "./trajectoryMatchingParams";

export interface TrajectoryMatchingOptions {
  /** The true gradient through all steps (MTT), or with every visited weight vector as a constant (TESLA). */
  exact: boolean;
  /** Take the target expert's opinion of the images as their labels, anew every iteration. */
  expertLabels: boolean;
}

type Context = MethodContext<ParamValues<typeof trajectoryParams>>;

/** Trains the experts that are missing, then matches them: the loop of MTT and TESLA. */
export async function* startTrajectoryMatching(
  context: Context,
  options: TrajectoryMatchingOptions,
): AsyncGenerator<StartProgress, MethodRun> {
  const { params, run, syn, network, realData, augmentation, imagesPerPass, trajectories } = context;
  const key = keyOf(context);
  const drawable = drawableEpochs(params.maxStartEpoch, params.expertEpochs);
  const epochs = [...new Set([...drawable, Math.max(params.trainedEpochs, ...drawable)])];
  const measure = realData.counts("test").some((count) => count > 0);
  const training = {
    key,
    store: trajectories,
    recipe: params,
    network,
    realData,
    augmentation,
    imagesPerPass,
  };
  for await (const progress of trainExperts({ ...training, experts: params.experts, epochs, measure })) {
    const { expert, epoch, batch, batches, doneEpochs, totalEpochs, accuracy } = progress;
    yield {
      step: `Training expert ${expert + 1} of ${params.experts}, epoch ${epoch}`,
      done: doneEpochs * batches + (batch < batches ? batch : 0),
      total: totalEpochs * batches,
      ...(accuracy !== null && { expert: { expert, epoch, accuracy } }),
    };
  }
  syn.learn("synLr", tf.scalar(params.startLr), { learningRate: params.lrLr, momentum: run.momentum });
  return matchingRun(context, key, options);
}

/** What the experts of this run are stored under; settings that were left out count as their defaults. */
function keyOf({ config, datasetFingerprint, params }: Context): TrajectoryKey {
  const { network, augmentation } = config;
  const recipe: ParamRecord = { augmentation: augmentation.id };
  for (const name of Object.keys(recipeParams) as (keyof typeof recipeParams)[]) recipe[name] = params[name];
  const views = parseParams(
    pluginById(augmentations, augmentation.id, "augmentation").params,
    augmentation.params,
  );
  for (const [name, value] of Object.entries(views)) recipe[`augmentation.${name}`] = value;
  const plugin = pluginById(networks, network.id, "network");
  return {
    datasetFingerprint,
    network: { id: network.id, params: parseParams(plugin.params, network.params) },
    recipe,
  };
}

function matchingRun(context: Context, key: TrajectoryKey, options: TrajectoryMatchingOptions): MethodRun {
  const { params, network, augmentation, syn, imagesPerPass, trajectories } = context;
  const limit = passLimit(network, imagesPerPass);
  const count = syn.labels.length;
  let pair: { start: Float32Array; target: Float32Array } | null = null;

  /** Steps over shuffled chunks; the last chunk comes first, so that a smaller rest is not always last. */
  function drawSteps(random: Random): StudentStep[] {
    const batch = params.batchSyn === 0 ? count : Math.min(params.batchSyn, count);
    let chunks: Int32Array[] = [];
    return Array.from({ length: params.synSteps }, (_, step) => {
      if (chunks.length === 0 && batch < count) {
        const order = Int32Array.from(random.permutation(count));
        chunks = partsOf(count, batch).map(({ start, size }) => order.subarray(start, start + size));
      }
      const rows = batch < count ? chunks.pop()! : null;
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
      const { expert, epoch } = drawStart(context, iteration);
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
      if (options.expertLabels) relabel(target);
      const { loss, images, synLr } = matchTrajectory(
        {
          network,
          start,
          target,
          images: syn.images,
          targets: syn.targets(),
          synLr: syn.value("synLr") as tf.Scalar,
          steps: drawSteps(random.fork("steps")),
          limit,
        },
        { exact: options.exact, towardsTargets: false },
      );
      return { loss, gradients: { images, synLr } };
    },
  };
}

/** The expert of an iteration, in shuffled order over all of them, and its start epoch. */
function drawStart({ params, random }: Context, iteration: number): { expert: number; epoch: number } {
  const round = Math.floor(iteration / params.experts);
  const order = random.fork("experts").fork(round).permutation(params.experts);
  const epoch = random.fork("start epoch").fork(iteration).below(params.maxStartEpoch);
  return { expert: order[iteration % params.experts]!, epoch };
}
