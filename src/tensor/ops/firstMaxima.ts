import * as tf from "@tensorflow/tfjs";
import { registerHostKernel } from "../kernels/hostKernel";

const FIRST_MAXIMA = "FirstMaxima"; // (x [n, h, w, c], y [n, h / size, w / size, c]) -> mask like x

/**
 * Marks each window's first maximum in reading order, the one PyTorch sends the gradient to. (tfjs's MaxPoolGrad
 * of the wasm backend, 4.22, drops windows without a positive number, so the CPU backends have their own loop.)
 * @param x [n, height, width, channels]
 * @param y the maxima of windows of size x size that do not overlap
 * @returns 1 at a maximum, else 0; of the shape of x
 */
export function firstMaxima(x: tf.Tensor4D, y: tf.Tensor4D, size: number): tf.Tensor4D {
  if (tf.getBackend() === "webgpu") {
    const attributes = { filterSize: [size, size], strides: [size, size], pad: "valid" };
    return tf.tidy(() => {
      const inputs = { dy: tf.onesLike(y), input: x, output: y };
      return tf.engine().runKernel<tf.Tensor4D>("MaxPoolGrad", inputs, attributes);
    });
  }
  return tf.tidy(() => {
    const [n, height, width, channels] = x.shape;
    const [rows, columns] = [y.shape[1] * size, y.shape[2] * size];
    const whole = rows === height && columns === width;
    const covered = whole ? x : x.slice([0, 0, 0, 0], [n, rows, columns, channels]);
    const mask = tf.engine().runKernel<tf.Tensor4D>(FIRST_MAXIMA, { x: covered, y });
    if (whole) return mask;
    return mask.pad([
      [0, 0],
      [0, height - rows],
      [0, width - columns],
      [0, 0],
    ]);
  });
}

registerHostKernel(FIRST_MAXIMA, ["x", "y"], ([x, y], [xShape, yShape], mask) => {
  const [, height, width, channels] = xShape as [number, number, number, number];
  const size = height / yShape![1]!;
  const [rowSize, windowsPerRow] = [width * channels, width / size];
  mask.fill(0);
  for (let window = 0; window < y!.length; window += channels) {
    const column = (window / channels) % windowsPerRow;
    const start = (window / channels - column) * size * size * channels + column * size * channels;
    for (let channel = 0; channel < channels; channel++) {
      const top = y![window + channel]!;
      search: for (let row = 0; row < size; row++) {
        for (let tap = 0; tap < size; tap++) {
          const at = start + row * rowSize + tap * channels + channel;
          if (x![at] !== top) continue;
          mask[at] = 1;
          break search;
        }
      }
    }
  }
});
