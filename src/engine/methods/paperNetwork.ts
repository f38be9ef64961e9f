import type { ParamRecord } from "@/shared/params";
import type { Preset } from "@/shared/plugin";

/** The network that the papers' presets were found with: ConvNet-3 of width 128 with instance norm, or a variant. */
export const paperNetwork = (change: ParamRecord = {}): NonNullable<Preset["network"]> => ({
  id: "convnet",
  params: { width: 128, depth: 3, norm: "instance", activation: "relu", pooling: "avg", ...change },
});
