/**
 * ZCA whitening, as MTT, TESLA, DATM and PAD use it (`kornia.enhance.ZCAWhitening(eps=0.1)`): of images x in [0, 1] as
 * rows of D numbers, with mean μ and covariance Σ over n training images (divisor n - 1),
 *
 *   z = (x - μ) (Σ + εI)^(-1/2)        x = μ + z (Σ + εI)^(1/2)
 *
 * Both roots come from the coupled Newton-Schulz iteration (Higham 2008, Functions of Matrices, 6.35), which is made of
 * matrix products: on A = (Σ + εI) / s with s ≥ ‖Σ + εI‖₂, Y₀ = A and Z₀ = I,
 *
 *   T = (3I - ZY) / 2,  Y ← YT,  Z ← TZ,      Y → A^(1/2), Z → A^(-1/2).
 *
 * About 15 steps of 6 D³ FLOPs; the covariance takes 2 n D². Memory: seven matrices at once (`whiteningCost.ts`).
 */
import * as tf from "@tensorflow/tfjs";
import { UserError } from "@/shared/errors";

export interface Whitening {
  mean: Float32Array; // [D]
  /** (Σ + εI)^(-1/2), [D, D], symmetric */
  matrix: Float32Array;
  /** (Σ + εI)^(1/2), [D, D], symmetric */
  inverse: Float32Array;
}

/** ε of all papers that whiten. */
export const ZCA_EPSILON = 0.1;

/** D beyond which the matrices are too large for a browser: 36x36 RGB images. */
const MOST_NUMBERS = 4096;
const MOST_STEPS = 60;
/** Root mean square of I - ZY from which on rounding alone is left. */
const GOOD = 1e-6;
const GOOD_ENOUGH = 1e-3;

/** @throws UserError when an image has more numbers than whitening can take */
export function checkWhitening(size: number): void {
  if (size > MOST_NUMBERS)
    throw new UserError(
      `ZCA whitening of images of ${size.toLocaleString("en")} numbers needs matrices of ${((size * size * 4) / 1e9).toFixed(1)} GB.`,
      `Import smaller images (at most ${MOST_NUMBERS.toLocaleString("en")} numbers, such as 32x32 RGB), or choose "Mean and standard deviation" as the preprocessing.`,
    );
}

/**
 * Fits a whitening; yields the share that is done, 0..1.
 * @param batches all training images, as rows in [0, 1]; called twice
 * @param size D
 * @throws UserError for fewer than two images, too large ones, or when the iteration does not converge
 */
export async function* fitWhitening(
  batches: () => Iterable<Float32Array>,
  size: number,
  epsilon = ZCA_EPSILON,
): AsyncGenerator<number, Whitening> {
  checkWhitening(size);
  const { mean, count } = meanOf(batches(), size);
  if (count < 2)
    throw new UserError("ZCA whitening needs at least two training images.", "Choose other preprocessing.");
  let covariance = tf.zeros<tf.Rank.R2>([size, size]);
  try {
    let done = 0;
    for (const batch of batches()) {
      const sum = tf.tidy(() => {
        const centred = tf.tensor2d(centre(batch, mean), [batch.length / size, size]);
        // transposed beforehand: with its flag the product has no fast path on wasm
        return covariance.add<tf.Tensor2D>(tf.matMul(centred.transpose<tf.Tensor2D>(), centred));
      });
      covariance.dispose();
      covariance = sum;
      done += batch.length / size;
      const first = tf.tidy(() => covariance.slice([0, 0], [1, 1]));
      await first.data(); // one batch at a time
      first.dispose();
      yield (0.5 * done) / count;
    }
    const shifted = tf.tidy(() =>
      covariance.div<tf.Tensor2D>(count - 1).add<tf.Tensor2D>(tf.eye(size).mul(epsilon)),
    );
    covariance.dispose(); // the roots need its room
    const { root, inverseRoot } = yield* roots(shifted);
    return { mean, matrix: inverseRoot, inverse: root };
  } finally {
    covariance.dispose();
  }
}

/** z of images in [0, 1], both as rows of D; the caller disposes the result. */
export function whiten({ mean, matrix }: Whitening, rows: Float32Array): tf.Tensor2D {
  const size = mean.length;
  return tf.tidy(() =>
    tf.matMul(tf.tensor2d(centre(rows, mean), [rows.length / size, size]), tf.tensor2d(matrix, [size, size])),
  );
}

/** The images in [0, 1] (and beyond) of whitened ones, both as rows of D. */
export async function unwhiten({ mean, inverse }: Whitening, rows: Float32Array): Promise<Float32Array> {
  const size = mean.length;
  const images = tf.tidy(() =>
    tf
      .matMul(tf.tensor2d(rows, [rows.length / size, size]), tf.tensor2d(inverse, [size, size]))
      .add(tf.tensor1d(mean)),
  );
  const values = await images.data<"float32">();
  images.dispose();
  return values;
}

/** Takes `matrix` over. */
async function* roots(
  matrix: tf.Tensor2D,
): AsyncGenerator<number, { root: Float32Array; inverseRoot: Float32Array }> {
  const size = matrix.shape[0];
  const norm = tf.tidy(() => matrix.square().sum().sqrt());
  const scale = (await norm.data())[0]!; // at least the spectral norm
  norm.dispose();
  let y = tf.tidy(() => matrix.div<tf.Tensor2D>(scale));
  let z = tf.eye(size);
  matrix.dispose();
  try {
    let last = Infinity;
    for (let step = 0; step < MOST_STEPS; step++) {
      const { product, off } = tf.tidy(() => {
        const zy = tf.matMul(z, y);
        const apart = tf.eye(size).sub(zy);
        return { product: zy, off: apart.square().mean().mul(size).sqrt() };
      });
      const residual = ((await off.data()) as Float32Array)[0]!;
      off.dispose();
      const isOver =
        residual < GOOD || (residual < GOOD_ENOUGH && residual > last / 2) || !(residual < Infinity);
      if (isOver) product.dispose();
      if (isOver && residual < GOOD_ENOUGH) {
        const root = tf.tidy(() => y.mul(Math.sqrt(scale)));
        const inverseRoot = tf.tidy(() => z.div(Math.sqrt(scale)));
        const values = {
          root: await root.data<"float32">(),
          inverseRoot: await inverseRoot.data<"float32">(),
        };
        tf.dispose([root, inverseRoot]);
        return values;
      }
      if (isOver) break;
      last = residual;
      const next = tf.tidy(() => {
        const t = tf.tidy(() => tf.eye(size).mul(3).sub(product).div<tf.Tensor2D>(2));
        return { y: tf.matMul(y, t), z: tf.matMul(t, z) };
      });
      tf.dispose([product, y, z]);
      ({ y, z } = next as { y: tf.Tensor2D; z: tf.Tensor2D });
      yield 0.5 + 0.5 * (1 - 1 / (step + 2));
    }
    throw new UserError(
      "The whitening of these images could not be computed.",
      'Choose "Mean and standard deviation" as the preprocessing.',
    );
  } finally {
    tf.dispose([y, z]);
  }
}

function meanOf(batches: Iterable<Float32Array>, size: number): { mean: Float32Array; count: number } {
  const sums = new Float64Array(size);
  let count = 0;
  for (const batch of batches) {
    for (let i = 0; i < batch.length; i++) sums[i % size]! += batch[i]!;
    count += batch.length / size;
  }
  return { mean: Float32Array.from(sums, (sum) => sum / Math.max(count, 1)), count };
}

const centre = (rows: Float32Array, mean: Float32Array): Float32Array =>
  Float32Array.from(rows, (value, i) => value - mean[i % mean.length]!);
