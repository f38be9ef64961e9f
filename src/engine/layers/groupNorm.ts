import { imageShape } from "./conv2d";
import { plainWeight, type LayerMaker, type WeightSpec } from "./layer";
import { normLayer } from "./norm";

/** Group norm: statistics of each sample over the image and over `channels / groups` neighbouring channels. */
export function groupNorm(groups: number): LayerMaker {
  return (shape) => {
    const [, , channels] = imageShape("groupNorm", shape);
    if (channels % groups !== 0)
      throw new Error(`groupNorm(): ${channels} channels do not divide by ${groups}`);
    const view = { per: "sample", channels, width: channels / groups } as const;
    return { ...normLayer({ shape, view, weights: channelAffine(channels) }), channelNorm: view };
  };
}

/** Instance norm, the papers' default: group norm with one channel per group. */
export const instanceNorm: LayerMaker = (shape) => groupNorm(shape.at(-1)!)(shape);

/** γ = 1 and β = 0 of each channel. */
export function channelAffine(channels: number): readonly WeightSpec[] {
  return [
    plainWeight("weight", [channels], { kind: "constant", value: 1 }),
    plainWeight("bias", [channels], { kind: "constant", value: 0 }),
  ];
}
