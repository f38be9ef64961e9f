import * as tf from "@tensorflow/tfjs";

const SIDE = 6;
const IN = 3;
const OUT = 4;
const TOLERANCE = 1e-3; // of numbers around 1; loose enough for reduced-precision multiplications

/**
 * Computes a small convolution, a matrix product and a mean on the current backend and compares them with plain
 * loops: a driver that miscompiles shaders gives wrong numbers without any error.
 * @returns the largest difference; NaN when something is not a number
 */
export async function backendError(): Promise<number> {
  const image = wave(SIDE * SIDE * IN, 0.37);
  const filter = wave(9 * IN * OUT, 0.61);
  const { convolved, product, means } = tf.tidy(() => {
    const y = tf.conv2d(
      tf.tensor4d(image, [1, SIDE, SIDE, IN]),
      tf.tensor4d(filter, [3, 3, IN, OUT]),
      1,
      "same",
    );
    const rows = y.reshape<tf.Tensor2D>([SIDE * SIDE, OUT]);
    return { convolved: y, product: tf.matMul(rows, rows, true), means: rows.mean(0) };
  });
  try {
    const expected = plainConvolution(image, filter);
    const worst = [
      difference(await convolved.data(), expected),
      difference(await product.data(), plainGram(expected)),
      difference(await means.data(), plainMeans(expected)),
    ];
    return worst.some(Number.isNaN) ? NaN : Math.max(...worst);
  } finally {
    tf.dispose([convolved, product, means]);
  }
}

/** True when the current backend computes what plain loops compute. */
export async function backendIsRight(): Promise<boolean> {
  return (await backendError()) < TOLERANCE;
}

const wave = (n: number, step: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(1 + i * step) * 0.3);

function plainConvolution(image: Float32Array, filter: Float32Array): Float32Array {
  const y = new Float32Array(SIDE * SIDE * OUT);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++)
      for (let i = 0; i < 9; i++) {
        const r = row + Math.floor(i / 3) - 1;
        const c = column + (i % 3) - 1;
        if (r < 0 || r >= SIDE || c < 0 || c >= SIDE) continue;
        for (let k = 0; k < IN; k++)
          for (let o = 0; o < OUT; o++)
            y[(row * SIDE + column) * OUT + o]! +=
              image[(r * SIDE + c) * IN + k]! * filter[(i * IN + k) * OUT + o]!;
      }
  return y;
}

function plainGram(rows: Float32Array): Float32Array {
  const gram = new Float32Array(OUT * OUT);
  for (let n = 0; n < SIDE * SIDE; n++)
    for (let i = 0; i < OUT; i++)
      for (let j = 0; j < OUT; j++) gram[i * OUT + j]! += rows[n * OUT + i]! * rows[n * OUT + j]!;
  return gram;
}

function plainMeans(rows: Float32Array): Float32Array {
  const means = new Float32Array(OUT);
  rows.forEach((value, i) => (means[i % OUT]! += value / (SIDE * SIDE)));
  return means;
}

function difference(got: ArrayLike<number>, expected: Float32Array): number {
  return expected.reduce((worst, value, i) => {
    const error = Math.abs((got[i] ?? NaN) - value);
    return error <= worst ? worst : error; // NaN wins
  }, 0);
}
