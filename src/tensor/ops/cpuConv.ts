/**
 * Convolution and its two gradients where there are no kernels of ours: on the cpu backend, which has loops, and on a wasm
 * backend without SIMD. There the stock input gradient is slow and there is no filter gradient, so both are convolutions
 * themselves: dx with the filter turned by 180°, dw with batch and channels in each other's places.
 */
import * as tf from "@tensorflow/tfjs";
import {
  HOST_CONV,
  HOST_CONV_FILTER_GRAD,
  HOST_CONV_INPUT_GRAD,
  type HostConvAttributes,
} from "../kernels/hostConv";
import { convShape, type ConvGeometry, type Pads } from "./convGeometry";

/**
 * @param x [n, height, width, in]
 * @param filter [rows, columns, in, out]
 * @param bias [out]
 * @returns [n, outHeight, outWidth, out]
 */
export function conv(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride, pads }: ConvGeometry,
  bias?: tf.Tensor1D,
): tf.Tensor4D {
  if (tf.getBackend() === "cpu") {
    const outputShape = convShape(x.shape, filter.shape, { stride, pads });
    const attributes = hostAttributes(x.shape, filter.shape, outputShape, { stride, pads });
    return tf.engine().runKernel(HOST_CONV, { x, filter, ...(bias && { bias }) }, attributes);
  }
  if (tf.getBackend() === "wasm" && x.shape[3] > BLOCK)
    return convInBlocks(x, filter, { stride, pads }, bias);
  return tf.fused.conv2d({ x, filter, strides: stride, pad: explicitPads(pads), ...(bias && { bias }) });
}

/** On wasm the products of one output are summed in blocks of this many channels. */
const BLOCK = 64;

/**
 * wasm adds all products of an output to one float32, up to 9 · 512 of them in the deep networks; in blocks the error
 * of VGG11's scores is half as large, and a batch of 64 takes no longer.
 */
function convInBlocks(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride, pads }: ConvGeometry,
  bias?: tf.Tensor1D,
): tf.Tensor4D {
  const [n, height, width, channels] = x.shape;
  const [rows, columns, , outputs] = filter.shape;
  return tf.tidy(() => {
    let sum: tf.Tensor4D | null = null;
    for (let start = 0; start < channels; start += BLOCK) {
      const size = Math.min(BLOCK, channels - start);
      const block = tf.conv2d(
        x.slice([0, 0, 0, start], [n, height, width, size]),
        filter.slice([0, 0, start, 0], [rows, columns, size, outputs]),
        stride,
        explicitPads(pads),
      );
      const next: tf.Tensor4D = sum ? sum.add(block) : block;
      if (sum) tf.dispose([sum, block]);
      sum = next;
    }
    return bias ? sum!.add<tf.Tensor4D>(bias) : sum!;
  });
}

/**
 * The gradient of `conv` towards its input.
 * @param dy [n, outHeight, outWidth, out]
 * @param inputShape [n, height, width, in]
 */
export function convInputGrad(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  inputShape: [number, number, number, number],
  { stride, pads }: ConvGeometry,
): tf.Tensor4D {
  if (tf.getBackend() === "cpu") {
    const attributes = hostAttributes(inputShape, filter.shape, dy.shape, { stride, pads });
    return tf.engine().runKernel(HOST_CONV_INPUT_GRAD, { dy, filter }, attributes);
  }
  return tf.tidy(() => {
    const [, height, width] = inputShape;
    const [rows, columns] = filter.shape;
    const turned = filter.reverse([0, 1]).transpose<tf.Tensor4D>([0, 1, 3, 2]); // [rows, columns, out, in]
    const spread = stride === 1 ? dy : spreadOut(dy, stride);
    const top = rows - 1 - pads.top;
    const left = columns - 1 - pads.left;
    const bottom = height + rows - 1 - spread.shape[1] - top;
    const right = width + columns - 1 - spread.shape[2] - left;
    const cropped = cropOutside(spread, { top, bottom, left, right });
    const rest = { top: above(top), bottom: above(bottom), left: above(left), right: above(right) };
    return conv(cropped, turned, { stride: 1, pads: rest });
  });
}

/**
 * The gradient of `conv` towards its filter.
 * @param filterShape [rows, columns, in, out]
 */
export function convFilterGrad(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: [number, number, number, number],
  { stride, pads }: ConvGeometry,
): tf.Tensor4D {
  if (tf.getBackend() === "cpu") {
    const attributes = hostAttributes(x.shape, filterShape, dy.shape, { stride, pads });
    return tf.engine().runKernel(HOST_CONV_FILTER_GRAD, { x, dy }, attributes);
  }
  return tf.tidy(() => {
    const [rows, columns] = filterShape;
    const images = x.transpose<tf.Tensor4D>([3, 1, 2, 0]); // [in, height, width, n]
    const filter = dy.transpose<tf.Tensor4D>([1, 2, 0, 3]); // [outHeight, outWidth, n, out]
    const all = tf.conv2d(images, filter, 1, explicitPads(pads), "NHWC", stride); // [in, ≥rows, ≥columns, out]
    const [channels, allRows, allColumns, outputs] = all.shape;
    const exact = allRows === rows && allColumns === columns;
    const taps = exact ? all : all.slice([0, 0, 0, 0], [channels, rows, columns, outputs]);
    return taps.transpose<tf.Tensor4D>([1, 2, 0, 3]);
  });
}

function hostAttributes(
  inputShape: number[],
  filterShape: number[],
  outputShape: number[],
  { stride, pads }: ConvGeometry,
): HostConvAttributes {
  return { inputShape, filterShape, outputShape, stride, top: pads.top, left: pads.left };
}

const above = (pad: number): number => Math.max(0, pad);

type FourPads = [[number, number], [number, number], [number, number], [number, number]];

function explicitPads({ top, bottom, left, right }: Pads): FourPads {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

/** Cuts away what negative pads stand for. */
function cropOutside(x: tf.Tensor4D, { top, bottom, left, right }: Pads): tf.Tensor4D {
  const cut = { top: above(-top), bottom: above(-bottom), left: above(-left), right: above(-right) };
  if (!cut.top && !cut.bottom && !cut.left && !cut.right) return x;
  const [n, height, width, channels] = x.shape;
  return x.slice(
    [0, cut.top, cut.left, 0],
    [n, height - cut.top - cut.bottom, width - cut.left - cut.right, channels],
  );
}

/** Puts stride - 1 zeros after every row and column: [n, h, w, c] -> [n, h stride, w stride, c]. */
function spreadOut(dy: tf.Tensor4D, stride: number): tf.Tensor4D {
  const [n, height, width, channels] = dy.shape;
  const between: [number, number] = [0, stride - 1];
  const columns = dy.reshape([n * height, width, 1, channels]).pad([[0, 0], [0, 0], between, [0, 0]]);
  const rows = columns
    .reshape([n, height, 1, width * stride * channels])
    .pad([[0, 0], [0, 0], between, [0, 0]]);
  return rows.reshape([n, height * stride, width * stride, channels]);
}
