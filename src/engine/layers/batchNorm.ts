import { imageShape } from "./conv2d";
import { channelAffine } from "./groupNorm";
import type { LayerMaker } from "./layer";
import { normLayer } from "./norm";

/** Batch norm: statistics of each channel over the batch (training form), or given ones (frozen form). */
export const batchNorm: LayerMaker = (shape) => {
  const [, , channels] = imageShape("batchNorm", shape);
  const view = { per: "batch", channels, width: 1 } as const;
  const weights = channelAffine(channels);
  return {
    ...normLayer({ shape, view, weights, statistics: [{ name: "", channels }] }),
    channelNorm: view,
  };
};
