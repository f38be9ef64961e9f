import * as tf from "@tensorflow/tfjs";
import { Random } from "@/shared/random";
import { mapSide, type OperatorSizes } from "./operatorShapes";

/** What all contestants of one process compute with. */
export interface OperatorInputs {
  x: tf.Tensor4D; // into the second block: [batch, side of the map, side of the map, width]
  shape4d: [number, number, number, number]; // of x
  dy: tf.Tensor4D; // like x
  pooled: tf.Tensor4D; // a gradient behind the pooling
  filter: tf.Tensor4D; // [3, 3, width, width]
  images: tf.Tensor4D; // [batch, side, side, channels]
  targets: tf.Tensor2D; // [batch, classes]
}

export function makeInputs(sizes: OperatorSizes): OperatorInputs {
  const { width, batch, side, channels, classes } = sizes;
  const random = new Random(3);
  const normal = (shape: [number, number, number, number]): tf.Tensor4D =>
    tf.tensor4d(random.fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), shape);
  const [map, pooled] = [mapSide(sizes, 1), mapSide(sizes, 2)];
  const shape4d: [number, number, number, number] = [batch, map, map, width];
  return {
    x: normal(shape4d),
    shape4d,
    dy: normal(shape4d),
    pooled: normal([batch, pooled, pooled, width]),
    filter: normal([3, 3, width, width]),
    images: normal([batch, side, side, channels]),
    targets: tf.tidy(() => {
      const labels = Int32Array.from({ length: batch }, (_, image) => image % classes);
      return tf.oneHot(tf.tensor1d(labels, "int32"), classes).cast<tf.Tensor2D>("float32");
    }),
  };
}
