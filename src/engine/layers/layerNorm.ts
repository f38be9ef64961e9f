import { imageShape } from "./conv2d";
import type { LayerMaker, WeightSpec } from "./layer";
import { normLayer } from "./norm";

/** Layer norm: statistics of each sample over the whole image, with γ and β of the image's own shape. */
export const layerNorm: LayerMaker = (shape) => {
  const [height, width, channels] = imageShape("layerNorm", shape);
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
    grouping: { per: "sample", groups: 1, width: 1 },
    weights: [affine("weight", 1), affine("bias", 0)],
    sumToWeights: (x) => x.sum(0),
  });
};
