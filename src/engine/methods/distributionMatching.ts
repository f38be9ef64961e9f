import * as tf from "@tensorflow/tfjs";
import { int } from "@/shared/params";
import { segmentMean } from "@/tensor/ops/segmentMean";
import type { Draw } from "../augmentations/augmentation";
import type { ClassBlock } from "../classMeans";
import { classBlocks, classOfImages, realMeans } from "../classMeans";
import { embedding } from "../operators/features";
import type { SyntheticSet } from "../syntheticSet";
import type { MethodContext, Step } from "./method";
import { meanMatchingWork } from "./iterationWork";
import { defineMethod } from "./method";
import { paperNetwork } from "./paperNetwork";

/**
 * Pulls the mean embedding of each synthetic class onto that of the real class, under a new random network
 * every iteration.
 *
 *   loss = sum_c | mean f(view(real_c)) - mean f(view(syn_c)) |²
 */
export default defineMethod({
  id: "dm",
  label: "Distribution matching (DM)",
  about:
    "Pulls the mean features of each synthetic class onto those of the real class, under ever new random networks.",
  formula: "L = Σ_c ‖ mean ψ(A(real_c)) − mean ψ(A(syn_c)) ‖²",
  cite: "Zhao & Bilen 2023, arXiv:2110.04181",
  order: "First order.",
  cost: "C·B forward on real images; C·IPC forward and C·IPC backward (images only) on synthetic ones.",
  params: {
    batchReal: int("Real images per class", {
      symbol: "B",
      help: "Drawn anew every iteration; a class with fewer images gives all of them.",
      default: 256,
      slowDefault: 64,
      min: 1,
      max: 1024,
    }),
  },
  runDefaults: { imageLr: 1, init: "real" },
  presets: [1, 10, 50].map((ipc) => ({
    label: `Paper, IPC ${ipc}`,
    source: "Zhao & Bilen 2023, reference code",
    params: { batchReal: 256 },
    run: { ipc, iterations: 20_000, imageLr: 1, momentum: 0.5, init: "real" },
    network: paperNetwork(),
  })),

  work: meanMatchingWork,
  start: (context) => ({
    step(_iteration, random) {
      const { network, realData, augmentation, params, imagesPerPass } = context;
      const weights = network.init(random.fork("network"));
      const viewRandom = random.fork("views");
      const draws = realData.classNames.map(() => augmentation.draw(viewRandom)); // one for both sides
      const real = realMeans({
        network,
        weights,
        realData,
        augmentation,
        draws,
        batch: params.batchReal,
        random: random.fork("real"),
        imagesPerPass,
      });
      return matchMeans(context, weights, draws, real);
    },
  }),
});

/** What the synthetic side is computed with. */
export type MatchContext = Pick<MethodContext, "network" | "augmentation" | "imagesPerPass"> & {
  syn: Pick<SyntheticSet, "images" | "counts">;
};

/**
 * The sum of `meanDistances` and its gradient. Without batch norm the classes do not touch each other, so they may go
 * through the network in blocks.
 * @param draws one per class
 * @param real mean embeddings [classes, embedding size]
 */
export function matchMeans(
  context: MatchContext,
  weights: tf.Tensor1D,
  draws: readonly Draw[],
  real: tf.Tensor2D,
): Step {
  const { syn, imagesPerPass } = context;
  let start = 0;
  const parts = classBlocks(syn.counts, imagesPerPass).map((block) => {
    const count = block.counts.reduce((sum, images) => sum + images, 0);
    const images = syn.images.slice(start, count);
    start += count;
    return tf.valueAndGrad((x: tf.Tensor) =>
      meanDistances(context, weights, draws, real, x as tf.Tensor4D, block).sum(),
    )(images);
  });
  return {
    loss: parts.reduce((sum, part) => sum.add(part.value), tf.scalar(0)),
    gradients: {
      images: tf.concat(
        parts.map((part) => part.grad),
        0,
      ),
    },
  };
}

/**
 * |mean f(view(syn_c)) - real_c|² for each class of a block.
 * @param images of the block's classes, class after class
 * @returns [classes of the block]
 */
export function meanDistances(
  { network, augmentation }: Pick<MatchContext, "network" | "augmentation">,
  weights: tf.Tensor1D,
  draws: readonly Draw[],
  real: tf.Tensor2D,
  images: tf.Tensor4D,
  block: ClassBlock,
): tf.Tensor1D {
  const view = augmentation.view(images, draws, classOfImages(block));
  const means = segmentMean(embedding(network, weights, view, { towards: ["images"] }), block.counts);
  return means.sub(real.slice(block.first, block.counts.length)).square().sum(1);
}
