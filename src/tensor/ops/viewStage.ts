import * as tf from "@tensorflow/tfjs";
import { MIX_COLORS } from "../kernels/mixColors";
import { IMAGE_MEANS, STAGE_NUMBERS, VIEW_STAGE, VIEW_STAGE_ADJOINT } from "../kernels/viewStage";
import { callKernel } from "../kernels/webgpuProgram";
import { affineSample } from "./affineSample";
import { colorGains, colorJitter, type ColorChange } from "./colorJitter";
import { cutRectangle, type Rectangle } from "./cutRectangle";

/** What happens to one image: its colours change, it is sampled along a map, and a rectangle becomes zero. */
export interface ViewStage {
  color?: ColorChange;
  /** Six numbers as of `affineSample`. */
  map?: readonly number[];
  cut?: Rectangle;
}

const NO_CHANGE: ColorChange = { brightness: 0, saturation: 1, contrast: 1 };
const IDENTITY = [1, 0, 0, 0, 1, 0];
const NOTHING: Rectangle = { top: 0, bottom: 0, left: 0, right: 0 };

/**
 * One stage for each image, in this order: colours, map, rectangle. One pass over the images on WebGPU, with one more for
 * their means where a colour changes; up to three elsewhere. Differentiable once.
 * @param images [n, h, w, channels]
 */
export function viewStage(images: tf.Tensor4D, stages: readonly ViewStage[]): tf.Tensor4D {
  if (stages.length !== images.shape[0])
    throw new Error(`viewStage(): expected ${images.shape[0]} stages, got ${stages.length}`);
  const colors = stages.some(({ color }) => color) ? stages.map(({ color }) => color ?? NO_CHANGE) : null;
  const maps = Float32Array.from(stages.flatMap(({ map }) => map ?? IDENTITY));
  if (tf.getBackend() === "webgpu") return fused(images, stages, colors);
  let view = images;
  if (colors) view = colorJitter(view, colors);
  if (stages.some(({ map }) => map)) view = affineSample(view, maps);
  if (stages.some(({ cut }) => cut))
    view = cutRectangle(
      view,
      stages.map(({ cut }) => cut ?? NOTHING),
    );
  return view;
}

function fused(
  images: tf.Tensor4D,
  stages: readonly ViewStage[],
  colors: readonly ColorChange[] | null,
): tf.Tensor4D {
  const n = stages.length;
  const numbers = Float32Array.from(
    stages.flatMap(({ map = IDENTITY, cut = NOTHING, color = NO_CHANGE }) => [
      ...[...map, cut.top, cut.bottom, cut.left, cut.right],
      ...colorGains(color),
    ]),
  );
  const parameters = () => tf.tensor2d(numbers, [n, STAGE_NUMBERS]);
  const meansOf = (x: tf.Tensor) => callKernel(IMAGE_MEANS, { x }, {});
  const operator = tf.customGrad((x) => ({
    value: callKernel(
      VIEW_STAGE,
      { x: x as tf.Tensor, stages: parameters(), ...(colors && { means: meansOf(x as tf.Tensor) }) },
      {},
    ),
    gradFunc: (dy: tf.Tensor) => {
      const moved = callKernel(VIEW_STAGE_ADJOINT, { dy, stages: parameters() }, {});
      if (!colors) return moved;
      const gains = tf.tensor2d(colors.map((color) => [...colorGains(color).slice(0, 3), 0]));
      return callKernel(MIX_COLORS, { x: moved, mean: meansOf(moved), gains }, {});
    },
  }));
  return operator(images) as tf.Tensor4D;
}
