/**
 * The operations of differentiable Siamese augmentation (Zhao & Bilen 2021) as plain data: how uniform numbers u in
 * [0, 1) become one, and which map of pixel indices one is. Every operation is affine in the pixels.
 */
import type { ImageShape } from "@/shared/dataset";
import type { Random } from "@/shared/random";

export const OPERATION_KINDS = ["color", "crop", "cutout", "flip", "scale", "rotate"] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

export type DsaOperation =
  | { kind: "color"; brightness: number; saturation: number; contrast: number }
  | { kind: "crop"; rows: number; columns: number } // pixels
  | { kind: "cutout"; row: number; column: number; height: number; width: number } // centre and size, pixels
  | { kind: "flip"; mirrored: boolean }
  | { kind: "scale"; x: number; y: number }
  | { kind: "rotate"; angle: number }; // radians

/** The strengths of the six operations. */
export interface DsaStrengths {
  brightness: number;
  saturation: number;
  contrast: number;
  /** Largest shift as a share of the image side. */
  crop: number;
  /** Side of the square as a share of the image side. */
  cutout: number;
  /** Probability. */
  flip: number;
  /** Largest factor; the smallest is one over it. */
  scale: number;
  /** Largest angle, degrees. */
  rotate: number;
}

/** A share of a side in whole pixels, rounded half up as in the reference code. */
const pixels = (share: number, side: number): number => Math.floor(share * side + 0.5);

/** From uniform numbers to operations. */
export const operationOf = {
  color: (brightnessU: number, saturationU: number, contrastU: number, s: DsaStrengths): DsaOperation => ({
    kind: "color",
    brightness: (brightnessU - 0.5) * s.brightness,
    saturation: saturationU * s.saturation,
    contrast: contrastU + s.contrast,
  }),
  crop: (rows: number, columns: number): DsaOperation => ({ kind: "crop", rows, columns }),
  cutout: (row: number, column: number, { height, width }: ImageShape, s: DsaStrengths): DsaOperation => ({
    kind: "cutout",
    row,
    column,
    height: pixels(s.cutout, height),
    width: pixels(s.cutout, width),
  }),
  flip: (u: number, s: DsaStrengths): DsaOperation => ({ kind: "flip", mirrored: u < s.flip }),
  scale: (xU: number, yU: number, s: DsaStrengths): DsaOperation => ({
    kind: "scale",
    x: xU * (s.scale - 1 / s.scale) + 1 / s.scale,
    y: yU * (s.scale - 1 / s.scale) + 1 / s.scale,
  }),
  rotate: (u: number, s: DsaStrengths): DsaOperation => ({
    kind: "rotate",
    angle: ((u - 0.5) * 2 * s.rotate * Math.PI) / 180,
  }),
};

/** Draws one operation of a kind. */
export function drawOperation(
  kind: OperationKind,
  random: Random,
  shape: ImageShape,
  s: DsaStrengths,
): DsaOperation {
  const shift = (side: number): number => random.below(2 * pixels(s.crop, side) + 1) - pixels(s.crop, side);
  const centre = (side: number): number => random.below(side + 1 - (pixels(s.cutout, side) % 2));
  switch (kind) {
    case "color":
      return operationOf.color(random.uniform(), random.uniform(), random.uniform(), s);
    case "crop":
      return operationOf.crop(shift(shape.height), shift(shape.width));
    case "cutout":
      return operationOf.cutout(centre(shape.height), centre(shape.width), shape, s);
    case "flip":
      return operationOf.flip(random.uniform(), s);
    case "scale":
      return operationOf.scale(random.uniform(), random.uniform(), s);
    case "rotate":
      return operationOf.rotate(random.uniform(), s);
    default:
      throw new Error(`drawOperation(): unknown kind ${kind satisfies never as OperationKind}`);
  }
}

/** Which of an image's borders the coordinates -1 and 1 mean: centres of the corner pixels, or outer edges. */
export type CornerConvention = "corners" | "edges";

/**
 * The map of pixel indices (a, b, c, d, e, f) that an operation samples along: output column u, row v is read
 * at column a u + b v + c, row d u + e v + f. Null for an operation that moves nothing.
 * Around the centre, scaling is the same in both conventions; turning an oblong image is not, because [-1, 1]
 * then spans w - 1 and h - 1 pixels (corners) or w and h (edges).
 */
export function samplingMap(
  operation: DsaOperation,
  { height, width }: ImageShape,
  convention: CornerConvention,
): [number, number, number, number, number, number] | null {
  const x0 = (width - 1) / 2;
  const y0 = (height - 1) / 2;
  switch (operation.kind) {
    case "crop":
      return [1, 0, operation.columns, 0, 1, operation.rows];
    case "flip":
      return operation.mirrored ? [-1, 0, width - 1, 0, 1, 0] : null;
    case "scale": {
      const { x, y } = operation;
      return [x, 0, x0 - x * x0, 0, y, y0 - y * y0];
    }
    case "rotate": {
      const cos = Math.cos(operation.angle);
      const sin = Math.sin(operation.angle);
      const aspect = convention === "corners" ? (width - 1) / Math.max(1, height - 1) : width / height;
      const [b, d] = [-sin * aspect, sin / aspect];
      return [cos, b, x0 - cos * x0 - b * y0, d, cos, y0 - d * x0 - cos * y0];
    }
    case "color":
    case "cutout":
      return null;
    default:
      throw new Error(`samplingMap(): unknown kind ${(operation satisfies never as DsaOperation).kind}`);
  }
}
