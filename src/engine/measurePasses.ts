/** A short timing of a network's passes on the backend that runs, with made-up images: what the time before Start is made of. */
import * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "@/shared/dataset";
import { pixelsPerImage } from "@/shared/dataset";
import type { PassKind, PassTime, PassTimes, TimedWork } from "@/shared/estimating";
import { Random } from "@/shared/random";
import { finish } from "@/tensor/memory";
import type { Augmentation } from "./augmentations/augmentation";
import { networkSize } from "./estimateMemory";
import { oneHotTargets } from "./evaluation/training";
import type { Network } from "./networks/network";
import { embedding } from "./operators/features";
import { lossGradient, lossGradientTangent } from "./operators/weightGradient";
import { NormalizedImages } from "./preprocessing/normalizedImages";
import { whiten, type Whitening } from "./preprocessing/zca";
import { RealData } from "./realData";

export interface MeasureOptions {
  network: Network;
  augmentation: Augmentation;
  kinds: readonly TimedWork[];
  /** Milliseconds, monotonic. */
  clock: () => number;
  /** No pass is begun that is expected to end later than this many milliseconds after the start. */
  budgetMs: number;
  /** Asked between two passes. */
  isCancelled: () => boolean;
  /** Awaited between two passes: a worker hears its messages there. */
  breathe?: () => Promise<void>;
}

/** Images of a pass: each size is tried once the one before was quick. */
const SIZES = [1, 4, 16, 64];
/** A single pass through the network that takes longer is not tried at all. */
const LONGEST_PASS_MS = 150;
/** Share of the budget for a first go that nobody times: wasm is compiled twice, its memory grows page by page. */
const WARM_UP = 0.3;
/** A pass that takes more than this share of the best time so far has settled. */
const STEADY = 0.85;
const LEAST_REPEATS = 3;
const MOST_REPEATS = 8;
/** Milliseconds per image beside the forward pass's, where they are not measured. */
const TIMES_FORWARD: Record<PassKind, number> = {
  init: 0,
  view: 0.1,
  forward: 1,
  imageGradient: 2.5,
  weightGradient: 3,
  imageTangent: 7,
  fullTangent: 8,
};

/**
 * Times the passes that are asked for; what the budget leaves out follows from the others.
 * @returns null when it was cancelled
 */
export async function measurePasses(options: MeasureOptions): Promise<PassTimes | null> {
  const { clock, budgetMs, isCancelled, kinds } = options;
  const deadline = clock() + budgetMs;
  const bench = new PassBench(options.network, options.augmentation);
  try {
    const { products } = networkSize(options.network);
    const guess = products / (await convolutionSpeed(clock));
    const run = async (kind: TimedWork, images: number): Promise<void> => {
      await bench.run(kind, images);
      await options.breathe?.();
    };
    if (isCancelled()) return null;
    const measured = new Map<TimedWork, PassTime>();
    if (guess <= LONGEST_PASS_MS && budgetMs > 0) {
      while (clock() < deadline - (1 - WARM_UP) * budgetMs && !isCancelled())
        await run("weightGradient", SIZES[1]!);
      const share = () => (deadline - clock()) / (kinds.length - measured.size);
      for (const kind of kinds) {
        const time = await timePass((images) => run(kind, images), share(), clock, isCancelled);
        if (isCancelled()) return null;
        if (time) measured.set(kind, time);
      }
    }
    const forward = forwardTime(measured) ?? guess;
    const timesForward = (kind: TimedWork): number =>
      kind === "whitening" ? pixelsPerImage(options.network.inputShape) ** 2 / products : TIMES_FORWARD[kind];
    const all = kinds.map((kind): [TimedWork, PassTime] => [
      kind,
      measured.get(kind) ?? { fixed: 0, perImage: forward * timesForward(kind) },
    ]);
    return {
      basis: measured.size === kinds.length ? "measured" : "rough",
      kinds: Object.fromEntries(all),
    };
  } finally {
    bench.dispose();
  }
}

/** Milliseconds of a forward pass per image, from any pass through the network that was measured. */
function forwardTime(measured: ReadonlyMap<TimedWork, PassTime>): number | null {
  for (const [kind, { perImage }] of measured)
    if (kind !== "whitening" && TIMES_FORWARD[kind] >= 1) return perImage / TIMES_FORWARD[kind];
  return null;
}

/** A line through the times of the two largest sizes that `ms` leaves room for; null when there is room for less. */
async function timePass(
  run: (images: number) => Promise<void>,
  ms: number,
  clock: () => number,
  isCancelled: () => boolean,
): Promise<PassTime | null> {
  const end = clock() + ms;
  /** Repeats while it still gets quicker: programs are compiled, and wasm is compiled a second time, better. */
  const settled = async (images: number): Promise<number> => {
    let best = Infinity;
    for (let i = 0; i < MOST_REPEATS && (best === Infinity || clock() + best < end) && !isCancelled(); i++) {
      const start = clock();
      await run(images);
      const took = clock() - start;
      const isSteady = i + 1 >= LEAST_REPEATS && took > STEADY * best;
      best = Math.min(best, took);
      if (isSteady) break;
    }
    return best;
  };
  const points: { images: number; ms: number }[] = [];
  for (const images of SIZES) {
    const last = points.at(-1);
    const expected = last ? (last.ms * images) / last.images : 0;
    if (isCancelled() || clock() + LEAST_REPEATS * expected > end) break;
    points.push({ images, ms: await settled(images) });
  }
  const [before, last] = points.slice(-2);
  if (!before || !last) return null;
  const slope = (last.ms - before.ms) / (last.images - before.images);
  const perImage = Math.min(Math.max(0, slope), last.ms / last.images);
  return { fixed: last.ms - perImage * last.images, perImage };
}

/** Multiplications per millisecond of a small convolution. */
async function convolutionSpeed(clock: () => number): Promise<number> {
  const [side, channels, images] = [16, 16, 4];
  const once = async (): Promise<number> => {
    const start = clock();
    const y = tf.tidy(() =>
      tf.conv2d(
        tf.ones<tf.Rank.R4>([images, side, side, channels]),
        tf.ones([3, 3, channels, channels]),
        1,
        "same",
      ),
    );
    await finish(y);
    y.dispose();
    return clock() - start;
  };
  await once();
  const ms = Math.min(await once(), await once());
  return (images * side * side * 9 * channels * channels) / Math.max(ms, 0.01);
}

/** A network with weights, images and labels to try its passes on. */
class PassBench {
  private readonly random = new Random(1);
  private readonly weights: tf.Tensor1D;
  private readonly lambda: tf.Tensor1D;
  private readonly realData: RealData;
  private whitening: Whitening | null = null; // up to 134 MB: made when it is asked for

  constructor(
    private readonly network: Network,
    private readonly augmentation: Augmentation,
  ) {
    this.weights = network.init(this.random.fork("weights"));
    this.lambda = network.init(this.random.fork("lambda"));
    this.realData = madeUpImages(network.inputShape, network.classes, this.random.fork("images"));
  }

  async run(kind: TimedWork, images: number): Promise<void> {
    const result = tf.tidy(() => this.pass(kind, images));
    await finish(result);
    result.dispose();
  }

  dispose(): void {
    tf.dispose([this.weights, this.lambda]);
  }

  private pass(kind: TimedWork, images: number): tf.Tensor {
    const { network, weights, lambda } = this;
    if (kind === "init") return network.init(this.random);
    const { height, width, channels } = network.inputShape;
    if (kind === "whitening") return this.whitened(images, height * width * channels);
    const x = () => tf.fill<tf.Rank.R4>([images, height, width, channels], 0.5);
    const labels = Array.from({ length: images }, (_, i) => i % network.classes);
    const targets = () => oneHotTargets(labels, network.classes);
    switch (kind) {
      case "view":
        return this.view(this.realData.drawPerClass(images, this.random, [0]).images);
      case "forward":
        return embedding(network, weights, x(), { towards: [] });
      case "imageGradient":
        return tf.grad((input: tf.Tensor) =>
          embedding(network, weights, this.view(input as tf.Tensor4D), { towards: ["images"] })
            .square()
            .sum(),
        )(x());
      case "weightGradient":
        return lossGradient(network, weights, x(), targets()).gradient;
      case "imageTangent":
      case "fullTangent": {
        const towards = kind === "imageTangent" ? (["images"] as const) : (["images", "weights"] as const);
        const tangent = lossGradientTangent(network, weights, x(), targets(), lambda, { towards });
        return tf.grad((input: tf.Tensor) => this.view(input as tf.Tensor4D))(x(), tangent.images!);
      }
      default:
        throw new Error(`PassBench: unknown pass ${kind satisfies never as string}`);
    }
  }

  private whitened(images: number, size: number): tf.Tensor {
    this.whitening ??= {
      mean: new Float32Array(size),
      matrix: new Float32Array(size * size).fill(1 / size),
      inverse: new Float32Array(0), // unused
    };
    return whiten(this.whitening, new Float32Array(images * size).fill(0.5));
  }

  private view(images: tf.Tensor4D): tf.Tensor4D {
    const draws = [this.augmentation.draw(this.random)];
    return this.augmentation.view(images, draws, new Array<number>(images.shape[0]).fill(0));
  }
}

/** Grey noise, all of it of the first class. */
function madeUpImages(shape: ImageShape, classes: number, random: Random): RealData {
  const size = pixelsPerImage(shape);
  const pixels = Uint8Array.from({ length: Math.max(...SIZES) * size }, () => random.below(256));
  const flat = (value: number): number[] => new Array<number>(shape.channels).fill(value);
  const normalization = { mean: flat(0.5), std: flat(0.25) };
  const images = new NormalizedImages(shape, normalization, { train: [pixels], test: [] });
  return new RealData(
    shape,
    Array.from({ length: classes }, (_, label) => String(label)),
    images,
  );
}
