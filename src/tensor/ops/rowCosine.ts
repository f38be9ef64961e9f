import * as tf from "@tensorflow/tfjs";
import {
  ROW_COSINE,
  ROW_COSINE_GRAD,
  ROW_COSINE_SUMS,
  type RowBlock,
  type RowCosineAttributes,
} from "../kernels/rowCosine";
import { callKernel } from "../kernels/webgpuProgram";

export type { RowBlock };

const EPSILON = 1e-6;

/**
 * The distance "ours" of gradient matching: a cosine per output row of each weight tensor, summed.
 *
 *   d(a, b) = sum_rows 1 - <a, b> / (|a| |b| + 1e-6)
 *
 * `a` and `b` hold k flat vectors each; `blocks` says where the rows lie in them. What no block covers is ignored.
 * The derivative towards `a` is in closed form, because the stock one is NaN at a row of zeros:
 *
 *   dd/da = -b / n + <a, b> (|b| / |a|) a / n^2,   n = |a| |b| + 1e-6,   0 where |a| = 0
 *
 * Source: Zhao, Mopuri & Bilen 2021 (arXiv:2006.05929), eq. 10 and its released code.
 *
 * @param a [k, P], differentiable
 * @param b [k, P], a constant
 * @returns [k], one distance per vector
 */
export function rowCosineDistance(a: tf.Tensor2D, b: tf.Tensor2D, blocks: readonly RowBlock[]): tf.Tensor1D {
  if (a.rank !== 2 || a.shape[0] !== b.shape[0] || a.shape[1] !== b.shape[1])
    throw new Error(
      `rowCosineDistance(): expected two [k, P], got [${a.shape.join()}] and [${b.shape.join()}]`,
    );
  if (tf.getBackend() === "webgpu") return fusedDistance(a, b, blocks);
  const [count, size] = a.shape;
  const operator = tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as tf.GradSaveFunc;
    const x = inputs[0] as tf.Tensor2D;
    const sums = tf.concat<tf.Tensor3D>(
      blocks.map((block) => rowSums(x, b, block)),
      2,
    ); // [3, k, rows]
    save([x, b, sums]);
    return {
      value: tf.tidy(() => {
        const { dot, scale } = terms(sums);
        return tf.sub(1, dot.div(scale)).sum(1); // [k]
      }),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedA, savedB, savedSums] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor3D];
        return tf.tidy(() => gradient(savedA, savedB, savedSums, dy.reshape([count, 1])));
      },
    };
  });
  return operator(a) as tf.Tensor1D;

  function gradient(x: tf.Tensor2D, y: tf.Tensor2D, sums: tf.Tensor3D, dy: tf.Tensor2D): tf.Tensor2D {
    const { dot, normX, normY, scale } = terms(sums);
    const alive = normX.greater(0).cast("float32");
    const ofY = scale.reciprocal().mul(alive).mul(dy).neg(); // [k, rows]
    const ofX = dot
      .mul(normY)
      .div(normX.add(tf.sub(1, alive)).mul(scale.square()))
      .mul(alive)
      .mul(dy);
    const pieces: tf.Tensor2D[] = [];
    let at = 0;
    let row = 0;
    const skipTo = (offset: number) => {
      if (offset > at) pieces.push(tf.zeros([count, offset - at]));
    };
    for (const block of blocks) {
      skipTo(block.offset);
      const spread = (t: tf.Tensor) =>
        t.slice([0, row], [count, block.rows]).expandDims(block.interleaved ? 1 : 2);
      const piece = rowsOf(y, block)
        .mul(spread(ofY))
        .add(rowsOf(x, block).mul(spread(ofX)));
      pieces.push(piece.reshape([count, block.rows * block.length]));
      at = block.offset + block.rows * block.length;
      row += block.rows;
    }
    skipTo(size);
    return tf.concat(pieces, 1);
  }
}

/** The same as two kernels, and one for the derivative. */
function fusedDistance(a: tf.Tensor2D, b: tf.Tensor2D, blocks: readonly RowBlock[]): tf.Tensor1D {
  const attributes: RowCosineAttributes = { vectors: a.shape[0], size: a.shape[1], blocks };
  const operator = tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as tf.GradSaveFunc;
    const [x] = inputs as [tf.Tensor2D];
    const sums = callKernel(ROW_COSINE_SUMS, { a: x, b }, attributes);
    save([x, b, sums]);
    return {
      value: callKernel(ROW_COSINE, { sums }, attributes),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedA, savedB, savedSums] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor];
        return callKernel(ROW_COSINE_GRAD, { a: savedA, b: savedB, sums: savedSums, dy }, attributes);
      },
    };
  });
  return operator(a) as tf.Tensor1D;
}

/** The block of each vector, [k, length, rows] or [k, rows, length]. */
function rowsOf(x: tf.Tensor2D, { offset, rows, length, interleaved }: RowBlock): tf.Tensor3D {
  const flat = x.slice([0, offset], [-1, rows * length]);
  return flat.reshape(interleaved ? [x.shape[0], length, rows] : [x.shape[0], rows, length]);
}

/** <a, b>, |a|^2 and |b|^2 of every row: [3, k, rows]. */
function rowSums(a: tf.Tensor2D, b: tf.Tensor2D, block: RowBlock): tf.Tensor3D {
  return tf.tidy(() => {
    const x = rowsOf(a, block);
    const y = rowsOf(b, block);
    const axis = block.interleaved ? 1 : 2;
    return tf.stack([x.mul(y).sum(axis), x.square().sum(axis), y.square().sum(axis)]) as tf.Tensor3D;
  });
}

function terms(sums: tf.Tensor3D) {
  const [dot, squareX, squareY] = tf.unstack(sums) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]; // each [k, rows]
  const normX = squareX.sqrt();
  const normY = squareY.sqrt();
  return { dot, normX, normY, scale: normX.mul(normY).add(EPSILON) };
}
