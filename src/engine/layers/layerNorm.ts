import { imageShape } from "./conv2d";
import type { LayerMaker, WeightSpec } from "./layer";
import { normLayer } from "./norm";

/** Layer norm: statistics of each sample over the whole image, with γ and β of the image's own shape. */
export const layerNorm: LayerMaker = (shape) => {
  const [height, width, channels] = imageShape("layerNorm", shape);
  const size = height * width * channels;
  const torchShape = [channels, height, width];
  const affine = (name: string, value: number): WeightSpec => ({
    name,
    torchShape,
    shape,
    torchAxes: { split: torchShape, axes: [1, 2, 0] },
    fill: { kind: "constant", value },
  });
  return normLayer({
    shape,
    view: { per: "sample", channels: size, width: size },
    weights: [affine("weight", 1), affine("bias", 0)],
  });
};
