/** The small grid of ConvNets that an architecture search looks through. */
import type { PluginChoice } from "@/shared/experiment";
import { defaultsOf, type Params } from "@/shared/params";

export interface GridChoice {
  widths: readonly number[];
  depths: readonly number[];
  norms: readonly string[];
}

export const GRID_OPTIONS = {
  widths: [4, 8, 16, 32, 64, 128],
  depths: [1, 2, 3, 4],
  norms: ["none", "instance", "batch", "layer", "group"],
} as const satisfies GridChoice;

/** One ConvNet per width, depth and norm, the rest as declared. */
export function networkGrid(params: Params, { widths, depths, norms }: GridChoice): PluginChoice[] {
  return depths.flatMap((depth) =>
    widths.flatMap((width) =>
      norms.map((norm): PluginChoice => ({
        id: "convnet",
        params: { ...defaultsOf(params), width, depth, norm },
      })),
    ),
  );
}
