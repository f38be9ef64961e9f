import * as tf from "@tensorflow/tfjs";
import type { ImageShape } from "@/shared/dataset";
import { subset } from "@/shared/params";
import type { Random, RandomState } from "@/shared/random";
import { Random as Stream } from "@/shared/random";
import { affineSample } from "@/tensor/ops/affineSample";
import { defineAugmentation } from "./augmentation";

const CROP = 4; // pixels of padding
const SCALE = 0.2;
const ROTATE = 45; // degrees
const NOISE = 0.001; // standard deviation

type Kind = "crop" | "scale" | "rotate" | "noise";

type DcDraw =
  | { kind: "crop"; rows: number; columns: number }
  | { kind: "scale"; height: number; width: number } // of the resized image, pixels
  | { kind: "rotate"; degrees: number }
  | { kind: "noise"; stream: RandomState }
  | { kind: "none" };

/**
 * The augmentation with which the DC paper trains networks to evaluate MNIST and batch-norm networks: one operation per
 * image. What comes in from outside is the mean of the batch (crop: per channel, turn: over all channels) or zero
 * (scale). As in the reference code, but that turns are sampled bilinearly where SciPy uses cubic splines.
 */
export default defineAugmentation({
  id: "dc",
  label: "DC's own",
  about:
    "Crops, scales, turns or disturbs each training image; only for networks that are trained to evaluate.",
  cite: "Zhao, Mopuri & Bilen 2021, reference code",
  forMatching: false,
  params: {
    strategy: subset("Operations", {
      default: "crop_scale_rotate",
      options: [
        { value: "crop", label: "Crop" },
        { value: "scale", label: "Scale" },
        { value: "rotate", label: "Rotate" },
        { value: "noise", label: "Noise" },
      ],
    }),
  },

  build({ strategy }, shape) {
    const kinds = strategy.split("_").filter((kind) => kind !== "") as Kind[];
    const draw = (random: Random): DcDraw => drawOne(kinds, random, shape);
    return {
      draw,
      drawBatch: (count, random) => Array.from({ length: count }, () => draw(random)),
      view: (images, draws, drawOf) =>
        applyDraws(
          images,
          Array.from(drawOf ?? draws.keys(), (index) => draws[index]!),
          shape,
        ),
    };
  },
});

function drawOne(kinds: readonly Kind[], random: Random, { height }: ImageShape): DcDraw {
  const kind = kinds[random.below(kinds.length)];
  const side = (): number => Math.floor(random.between(1 - SCALE, 1 + SCALE) * height);
  switch (kind) {
    case "crop":
      return { kind, rows: random.below(2 * CROP) - CROP, columns: random.below(2 * CROP) - CROP };
    case "scale":
      return { kind, height: side(), width: side() };
    case "rotate":
      return { kind, degrees: random.below(2 * ROTATE) - ROTATE };
    case "noise":
      return { kind, stream: random.fork(random.bits()).state };
    case undefined:
      return { kind: "none" };
    default:
      throw new Error(`drawOne(): unknown kind ${kind satisfies never as Kind}`);
  }
}

function applyDraws(images: tf.Tensor4D, draws: readonly DcDraw[], shape: ImageShape): tf.Tensor4D {
  const has = (kind: Kind): boolean => draws.some((draw) => draw.kind === kind);
  let view = images.clone();
  if (has("scale")) view = resizeNearest(view, draws, shape);
  if (has("crop") || has("rotate")) view = moveOverMean(view, images, draws, shape);
  if (has("noise")) view = view.add(noiseOf(draws, shape));
  return view;
}

/** Shifts and turns; the images are taken relative to what fills their borders, so that zero stands for it. */
function moveOverMean(
  view: tf.Tensor4D,
  images: tf.Tensor4D,
  draws: readonly DcDraw[],
  { height, width }: ImageShape,
): tf.Tensor4D {
  const only = (kind: Kind): tf.Tensor4D =>
    tf.tensor4d(
      Float32Array.from(draws, (draw) => (draw.kind === kind ? 1 : 0)),
      [draws.length, 1, 1, 1],
    );
  const channelMean = images.mean<tf.Tensor4D>([0, 1, 2], true); // [1, 1, 1, channels]
  const fill = only("crop").mul(channelMean).add(only("rotate").mul(channelMean.mean()));
  const matrices = new Float32Array(draws.length * 6);
  draws.forEach((draw, image) => {
    const angle = draw.kind === "rotate" ? (draw.degrees * Math.PI) / 180 : 0;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [x0, y0] = [(width - 1) / 2, (height - 1) / 2];
    const [rows, columns] = draw.kind === "crop" ? [draw.rows, draw.columns] : [0, 0];
    const map = [cos, -sin, x0 - cos * x0 + sin * y0 + columns, sin, cos, y0 - sin * x0 - cos * y0 + rows];
    matrices.set(map, image * 6);
  });
  return affineSample(view.sub(fill), matrices).add(fill);
}

/** Nearest-neighbour resizing about the centre, on a black ground; images of other kinds stay as they are. */
function resizeNearest(
  images: tf.Tensor4D,
  draws: readonly DcDraw[],
  { height, width, channels }: ImageShape,
): tf.Tensor4D {
  const size = height * width;
  const outside = draws.length * size; // a row of zeros behind all pixels
  const from = new Int32Array(outside);
  draws.forEach((draw, image) => {
    for (let at = 0; at < size; at++) {
      const [row, column] = [Math.floor(at / width), at % width];
      let source: number | null = at;
      if (draw.kind === "scale") {
        const frame = Math.max(draw.height, draw.width, height, width);
        const y = sourceIndex(row, height, draw.height, frame);
        const x = sourceIndex(column, width, draw.width, frame);
        source = y === null || x === null ? null : y * width + x;
      }
      from[image * size + at] = source === null ? outside : image * size + source;
    }
  });
  const pixels = images.reshape<tf.Tensor2D>([outside, channels]);
  return tf
    .concat([pixels, tf.zeros([1, channels])], 0)
    .gather(tf.tensor1d(from, "int32"))
    .reshape(images.shape);
}

/** Where output `index` of a side comes from, when the side was resized and centred in a frame; null outside. */
function sourceIndex(index: number, side: number, resized: number, frame: number): number | null {
  const inside = index + Math.floor((frame - side) / 2) - Math.floor((frame - resized) / 2);
  return inside < 0 || inside >= resized ? null : Math.floor((inside * side) / resized);
}

function noiseOf(draws: readonly DcDraw[], { height, width, channels }: ImageShape): tf.Tensor4D {
  const size = height * width * channels;
  const values = new Float32Array(draws.length * size);
  draws.forEach((draw, image) => {
    if (draw.kind === "noise")
      new Stream(draw.stream).fillNormal(values.subarray(image * size, (image + 1) * size), 0, NOISE);
  });
  return tf.tensor4d(values, [draws.length, height, width, channels]);
}
