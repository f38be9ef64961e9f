import { choice, float, subset } from "@/shared/params";
import type { Random } from "@/shared/random";
import { viewStage } from "@/tensor/ops/viewStage";
import { defineAugmentation } from "./augmentation";
import type { DsaOperation, OperationKind } from "./dsaOperations";
import { OPERATION_KINDS, drawOperation } from "./dsaOperations";
import { viewStages } from "./viewStages";

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
        const ofDraw = draws.map(({ operations }) => viewStages(operations, shape, params.cornerConvention));
        const ofImage = Array.from(drawOf ?? draws.keys(), (draw) => ofDraw[draw]!);
        const count = Math.max(0, ...ofDraw.map((stages) => stages.length));
        let view = images.clone();
        for (let i = 0; i < count; i++)
          view = viewStage(
            view,
            ofImage.map((stages) => stages[i] ?? {}),
          );
        return view;
      },
    };
  },
});
