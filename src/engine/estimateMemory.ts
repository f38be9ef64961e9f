/**
 * How much tensor memory a run takes at its largest moment, from its settings alone. With A the numbers that all layers
 * give out for one image, M those of the largest layer or residual block, P the weights, n the images of a pass and x the
 * pixels of one image, all as float32:
 *
 *   pass           weights    activations, with norms in one kernel with ReLU / made of single operations / without
 *   forward          3 P        2 M n  /  8 M n  /  2 M n
 *   imageGradient    3 P      1.1 A n  / 2.3 A n /  2 A n          (+ 7 x n for the view's derivative)
 *   weightGradient   4 P      0.9 A n  / 2.25 A n / 1.7 A n
 *   imageTangent     5 P      1.8 A n  / 4.1 A n /  2.5 A n
 *   fullTangent      5 P      1.8 A n  / 4.1 A n /  2.5 A n
 *
 * A forward pass whose activations are all looked at takes twice its activations. The factors were fitted to peaks that `tf.profile` measured on ConvNets, LeNet, AlexNet, VGG-11, ResNet-18 and an MLP.
 * A run is its largest pass, beside the weight vectors its method keeps, three copies of the synthetic set (images,
 * momentum, gradient) and four of the pass's own images (drawn, joined, augmented). Evaluations and experts count as
 * further `weightGradient` passes; whitening has its largest moment before all of this. The backend's pool of freed buffers comes on top and is not foreseen.
 */
import type { DatasetInfo } from "@/shared/dataset";
import { pixelsPerImage } from "@/shared/dataset";
import type { PassKind } from "@/shared/estimating";
import { imagesPerPassOf } from "./classMeans";
import type { NamedLayer } from "./layers/chain";
import { fuseLayers } from "./layers/fuseLayers";
import type { Layer } from "./layers/layer";
import type { IterationWork, Pass } from "./methods/iterationWork";
import type { Network } from "./networks/network";
import { unwhiteningNumbers, whiteningNumbers } from "./preprocessing/whiteningCost";
import type { RunPlan } from "./runPlan";

const BYTES = 4;

interface PassMemory {
  weights: number;
  /** Of A, or of M where `ofLargest`. */
  activations: Record<NetworkSize["norms"], number>;
  ofLargest?: boolean;
  pixels?: number;
}

const PASSES: Record<PassKind, PassMemory> = {
  init: { weights: 1, activations: { fused: 0, single: 0, none: 0 } },
  view: { weights: 0, activations: { fused: 0, single: 0, none: 0 } },
  forward: { weights: 3, activations: { fused: 2, single: 8, none: 2 }, ofLargest: true },
  imageGradient: { weights: 3, activations: { fused: 1.1, single: 2.3, none: 2 }, pixels: 7 },
  weightGradient: { weights: 4, activations: { fused: 0.9, single: 2.25, none: 1.7 } },
  imageTangent: { weights: 5, activations: { fused: 1.8, single: 4.1, none: 2.5 } },
  fullTangent: { weights: 5, activations: { fused: 1.8, single: 4.1, none: 2.5 } },
};
const SET_COPIES = 3;
const BATCH_COPIES = 4;

export interface MemoryEstimate {
  /** At the largest moment. */
  bytes: number;
  /** Of one tensor: what a limit on buffers is about. */
  largestTensor: number;
}

/** What a network's activations take for one image, in numbers. */
export interface NetworkSize {
  all: number;
  largest: number;
  /** Of the layer or residual block that gives out most, all that is inside of it included. */
  largestBlock: number;
  /** What the backend that runs makes of the norms: one kernel with the ReLU behind, or operations one by one. */
  norms: "fused" | "single" | "none";
  /** Multiplications of a forward pass. */
  products: number;
}

/** @throws UserError never: the plan is checked */
export function estimateMemory(plan: RunPlan, info: DatasetInfo): MemoryEstimate {
  const { network } = plan;
  const size = networkSize(network);
  const { passes, weightVectors } = workOf(plan, info);
  const limit = network.statisticsCount > 0 ? Infinity : imagesPerPassOf(network);
  const pixels = pixelsPerImage(info.shape);
  const setImages = info.classNames.length * plan.run.ipc;
  const all: { pass: Pass; kept: number }[] = [
    ...passes.map((pass) => ({ pass, kept: weightVectors })),
    // weights, momentum, gradient; those of flat minima also have a second place and its gradient
    ...trainingPasses(plan, info).map((pass) => ({
      pass,
      kept: plan.methodParams["expertDescent"] === "flat" ? 5 : 3,
    })),
  ];
  const moments = all.map(({ pass: { kind, images, tapped }, kept }) => {
    const { weights, activations: factors, ofLargest = false, pixels: ofView = 0 } = PASSES[kind];
    const given = ofLargest ? size.largestBlock * (tapped ? 2 : 1) : size.all;
    const activations = given * factors[size.norms];
    return (
      (weights + kept) * network.weightCount +
      Math.min(images, limit) * activations +
      images * pixels * (BATCH_COPIES + ofView)
    );
  });
  const isWhitened = plan.run.preprocessing === "zca";
  if (isWhitened) moments.push(unwhiteningNumbers(info, setImages));
  const tensors = all.flatMap(({ pass: { images } }) => [
    Math.min(images, limit) * size.largest,
    images * pixels,
  ]);
  const running = setImages * pixels * SET_COPIES + Math.max(...moments);
  if (isWhitened) tensors.push(pixels * pixels);
  return {
    bytes: BYTES * Math.max(running, isWhitened ? whiteningNumbers(info) : 0),
    largestTensor: BYTES * Math.max(setImages * pixels, network.weightCount, ...tensors),
  };
}

/** The passes of the plan's method. */
export function workOf({ method, methodParams, run }: RunPlan, info: DatasetInfo): IterationWork {
  return method.work({ params: methodParams as never, run, counts: info.counts.train });
}

/** One pass of each training beside the matching: of an evaluation, and of an expert. */
export function trainingPasses(plan: RunPlan, info: DatasetInfo): Pass[] {
  const passes: Pass[] = [];
  const setImages = info.classNames.length * plan.run.ipc;
  if (plan.evaluation.interval(plan.evaluationParams as never) > 0)
    passes.push({
      kind: "weightGradient",
      images: Math.min(setImages, Number(plan.evaluationParams["batch"] ?? setImages)),
      times: 1,
    });
  if (plan.method.usesExperts)
    passes.push({ kind: "weightGradient", images: Number(plan.methodParams["expertBatch"]), times: 1 });
  return passes;
}

/** Counts all layers, those inside containers too. */
export function networkSize({ layers, inputShape }: Network): NetworkSize {
  const flat = layers.flatMap(({ layer }) => allLayers(layer));
  const outputs = flat.map(({ outputShape }) => product(outputShape));
  return {
    all: pixelsPerImage(inputShape) + outputs.reduce((sum, numbers) => sum + numbers, 0),
    largest: Math.max(pixelsPerImage(inputShape), ...outputs),
    largestBlock: Math.max(pixelsPerImage(inputShape), ...layers.map(({ layer }) => givenOut(layer))),
    norms: !flat.some(isNorm) ? "none" : fusesNorms(layers) ? "fused" : "single",
    products: flat.reduce((sum, layer) => sum + productsOf(layer), 0),
  };
}

const allLayers = (layer: Layer): Layer[] => [layer, ...(layer.inner ?? []).flatMap(allLayers)];

const givenOut = (layer: Layer): number =>
  allLayers(layer).reduce((sum, { outputShape }) => sum + product(outputShape), 0);

/** Whether any norm is in one kernel with what follows it. */
const fusesNorms = (chain: readonly NamedLayer[]): boolean =>
  fuseLayers(chain).some(
    ({ layer }) =>
      (isNorm(layer) && !layer.channelNorm) ||
      fusesNorms((layer.inner ?? []).map((inner) => ({ name: "", layer: inner }))),
  );

/** A norm's weights are vectors alone. */
const isNorm = ({ weights, inner }: Layer): boolean =>
  !inner && weights.length > 0 && weights.every(({ shape }) => shape.length === 1);

/** A filter is applied at every place of the output, a matrix once. */
function productsOf({ weights, outputShape, inner }: Layer): number {
  if (inner) return 0; // counted by itself
  const places = outputShape.length === 3 ? outputShape[0]! * outputShape[1]! : 1;
  return weights
    .filter(({ shape }) => shape.length > 1)
    .reduce((sum, { shape }) => sum + product(shape) * places, 0);
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
