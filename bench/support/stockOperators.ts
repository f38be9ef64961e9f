/** The operators of `operatorShapes.ts` as one writes them in plain tfjs, with its own gradients. */
import * as tf from "@tensorflow/tfjs";
import { Random } from "@/shared/random";
import type { OperatorInputs } from "./operatorInputs";
import { firstPadding, mapSide, type OperatorName, type OperatorSizes } from "./operatorShapes";

type Operators = Record<OperatorName, (() => readonly tf.Tensor[]) | null>;

/**
 * Each is called inside tidy; its tensors are waited for. Null is what tfjs cannot do on any backend: it has no gradient
 * of a filter gradient. What one backend alone cannot do throws.
 */
export function stockOperators(sizes: OperatorSizes, inputs: OperatorInputs): Operators {
  const { x, dy, filter, pooled, images, targets } = inputs;
  const { width } = sizes;
  const weights = makeWeights(sizes);
  const padding = firstPadding(sizes);
  const [ones, zeros] = [tf.ones([width]), tf.zeros([width])];
  const convolution = { strides: [1, 1] as [number, number], pad: "same" as const, dataFormat: "NHWC" };
  const kernel = (name: string, values: tf.NamedTensorMap, attributes: Record<string, unknown>) =>
    [tf.engine().runKernel(name, values, { ...convolution, ...attributes })] as tf.Tensor[];
  return {
    "conv forward": () => [tf.conv2d(x, filter, 1, "same")],
    "conv input gradient": () =>
      kernel(
        "Conv2DBackpropInput",
        { dy, filter },
        { inputShape: inputs.shape4d, dimRoundingMode: undefined },
      ),
    "conv filter gradient": () =>
      kernel("Conv2DBackpropFilter", { x, dy }, { filterShape: filter.shape, dimRoundingMode: undefined }),
    "norm block, forward + backward": () =>
      tf.grads((...values: tf.Tensor[]) => {
        const [value, gamma, beta] = values as [tf.Tensor4D, tf.Tensor, tf.Tensor];
        return block(value, gamma, beta).mul(pooled).sum();
      })([x, ones, zeros]),
    features: () => [embed(weights, images, padding)],
    "features, towards images": () => [
      tf.grad((value: tf.Tensor) =>
        embed(weights, value as tf.Tensor4D, padding)
          .square()
          .sum(),
      )(images),
    ],
    weightGradient: () =>
      tf.grads((...values: tf.Tensor[]) => {
        const scores = tf
          .matMul(embed(values, images, padding), values.at(-2) as tf.Tensor2D)
          .add(values.at(-1)!);
        return tf.losses.softmaxCrossEntropy(targets, scores);
      })(weights),
    "weightGradient, second order": null,
  };
}

/** Of each block filter, bias, γ and β; then weight and bias of the classifier. */
function makeWeights(sizes: OperatorSizes): tf.Tensor[] {
  const { width, depth, channels, classes } = sizes;
  const random = new Random(1);
  const small = (...shape: number[]) => {
    const values = random.fillNormal(new Float32Array(tf.util.sizeFromShape(shape)));
    return tf.tensor(
      values.map((value) => 0.1 * value),
      shape,
    );
  };
  const blocks = Array.from({ length: depth }, (_, i) => [
    small(3, 3, i === 0 ? channels : width, width),
    small(width),
    tf.ones([width]),
    tf.zeros([width]),
  ]);
  const features = width * mapSide(sizes, depth) ** 2;
  return [...blocks.flat(), small(features, classes), small(classes)];
}

/** @param padding of the first convolution */
function embed(weights: readonly tf.Tensor[], images: tf.Tensor4D, padding: number): tf.Tensor2D {
  let y = images;
  for (let i = 0; i + 4 < weights.length; i += 4) {
    const [filter, bias, gamma, beta] = weights.slice(i, i + 4) as [
      tf.Tensor4D,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    y = block(tf.conv2d(y, filter, 1, i === 0 ? padding : 1).add(bias), gamma, beta);
  }
  return y.reshape([y.shape[0], -1]);
}

/** Instance norm, ReLU and average pooling. */
function block(x: tf.Tensor4D, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor4D {
  const { mean, variance } = tf.moments(x, [1, 2], true);
  const normed = x.sub(mean).div(variance.add(1e-5).sqrt()).mul(gamma).add(beta);
  return tf.avgPool(normed.relu<tf.Tensor4D>(), 2, 2, "valid");
}
