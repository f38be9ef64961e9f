import type * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "@/shared/dataset";
import { choice, float, subset } from "@/shared/params";
import type { Random } from "@/shared/random";
import { affineSample } from "@/tensor/ops/affineSample";
import { colorJitter } from "@/tensor/ops/colorJitter";
import { cutRectangle } from "@/tensor/ops/cutRectangle";
import { defineAugmentation } from "./augmentation";
import type { CornerConvention, DsaOperation, OperationKind } from "./dsaOperations";
import { OPERATION_KINDS, drawOperation, samplingMap } from "./dsaOperations";

/** Operations that one image goes through, in order: one of them in mode "one". */
interface DsaDraw {
  operations: DsaOperation[];
}

const LABELS = {
  color: "Colour",
  crop: "Crop",
  cutout: "Cutout",
  flip: "Flip",
  scale: "Scale",
  rotate: "Rotate",
};

/** Differentiable Siamese augmentation: real and synthetic images see the same crop, flip, colour change, … */
export default defineAugmentation({
  id: "dsa",
  label: "Siamese (DSA)",
  about: "Real and synthetic images of a class see the same random crop, turn, colour change and so on.",
  cite: "Zhao & Bilen 2021, arXiv:2102.08259",
  forMatching: true,
  params: {
    strategy: subset("Operations", {
      help: "One of these is drawn for each class and iteration.",
      default: OPERATION_KINDS.join("_"),
      options: OPERATION_KINDS.map((value) => ({ value, label: LABELS[value] })),
    }),
    brightness: float("Brightness strength", {
      help: "Width of the range that is added to all pixels.",
      default: 1,
      min: 0,
      max: 5,
      advanced: true,
    }),
    saturation: float("Saturation strength", {
      help: "Largest factor of a pixel's distance to its grey.",
      default: 2,
      min: 0,
      max: 5,
      advanced: true,
    }),
    contrast: float("Contrast strength", {
      help: "Smallest factor of the distance to the image's mean; the largest is one more.",
      default: 0.5,
      min: 0,
      max: 2,
      advanced: true,
    }),
    crop: float("Crop shift", {
      help: "Share of the side.",
      default: 0.125,
      min: 0,
      max: 0.5,
      advanced: true,
    }),
    cutout: float("Cutout size", {
      help: "Share of the side.",
      default: 0.5,
      min: 0,
      max: 1,
      advanced: true,
    }),
    flip: float("Flip probability", {
      help: "How often an image is mirrored when this operation is drawn.",
      default: 0.5,
      min: 0,
      max: 1,
      advanced: true,
    }),
    scale: float("Scale range", { help: "Largest factor.", default: 1.2, min: 1, max: 3, advanced: true }),
    rotate: float("Rotation range", {
      help: "Largest angle in either direction.",
      default: 15,
      min: 0,
      max: 180,
      unit: "°",
      advanced: true,
    }),
    mode: choice("Operations per view", {
      help: "The papers apply one; all in order is stronger.",
      default: "one",
      options: [
        { value: "one", label: "One" },
        { value: "all", label: "All in order" },
      ],
      advanced: true,
    }),
    cornerConvention: choice("Corner convention", {
      help: "Whether coordinates -1 and 1 mean pixel centres or outer edges; only oblong images differ.",
      default: "corners",
      options: [
        { value: "corners", label: "Pixel centres" },
        { value: "edges", label: "Outer edges" },
      ],
      advanced: true,
    }),
  },
  presets: [
    {
      label: "Digits (MNIST, SVHN)",
      source: "Zhao & Bilen 2021, README: no flip",
      params: { strategy: OPERATION_KINDS.filter((kind) => kind !== "flip").join("_") },
    },
  ],

  build(params, shape) {
    const kinds = params.strategy.split("_").filter((kind) => kind !== "") as OperationKind[];
    const some = (kind: OperationKind, random: Random): DsaOperation =>
      drawOperation(kind, random, shape, params);
    const drawn = (count: number, chosen: readonly OperationKind[], random: Random) =>
      Array.from({ length: count }, (): DsaDraw => ({
        operations: chosen.map((kind) => some(kind, random)),
      }));
    const drawKinds = (random: Random): readonly OperationKind[] =>
      params.mode === "all" || kinds.length === 0 ? kinds : [kinds[random.below(kinds.length)]!];
    return {
      draw: (random) => drawn(1, drawKinds(random), random)[0]!,
      drawBatch: (count, random) => drawn(count, drawKinds(random), random),
      view(images, draws, drawOf) {
        const ofImage = Array.from(drawOf ?? draws.keys(), (draw) => draws[draw]!.operations);
        const stages = Math.max(0, ...draws.map((draw) => draw.operations.length));
        let view = images.clone();
        for (let stage = 0; stage < stages; stage++)
          view = applyStage(
            view,
            ofImage.map((operations) => operations[stage]),
            shape,
            params.cornerConvention,
          );
        return view;
      },
    };
  },
});

/**
 * One operation per image. Those that move pixels become one sampling, cutouts one mask, colour changes one linear
 * map; each is the identity for the images of the other kinds, and left out when no image needs it.
 */
function applyStage(
  images: tf.Tensor4D,
  operations: readonly (DsaOperation | undefined)[],
  shape: ImageShape,
  convention: CornerConvention,
): tf.Tensor4D {
  let view = images;
  const maps = operations.map((operation) => operation && samplingMap(operation, shape, convention));
  if (maps.some(Boolean)) {
    const matrices = new Float32Array(maps.length * 6);
    maps.forEach((map, image) => matrices.set(map ?? [1, 0, 0, 0, 1, 0], image * 6));
    view = affineSample(view, matrices);
  }
  if (operations.some((operation) => operation?.kind === "cutout"))
    view = cutRectangle(view, operations.map(cutoutRectangle));
  if (operations.some((operation) => operation?.kind === "color"))
    view = colorJitter(
      view,
      operations.map((operation) =>
        operation?.kind === "color" ? operation : { brightness: 0, saturation: 1, contrast: 1 },
      ),
    );
  return view;
}

/** The cutout of an operation, empty for other kinds; the square shrinks where it leaves the image. */
function cutoutRectangle(operation: DsaOperation | undefined) {
  if (operation?.kind !== "cutout") return { top: 0, bottom: 0, left: 0, right: 0 };
  const { row, column, height, width } = operation;
  const top = row - Math.floor(height / 2);
  const left = column - Math.floor(width / 2);
  return { top, bottom: top + height, left, right: left + width };
}
