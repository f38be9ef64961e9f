import type { Catalog } from "@/shared/experiment";
import type { PluginInfo } from "@/shared/plugin";
import { augmentations } from "./augmentations";
import { evaluations } from "./evaluation";
import { methods } from "./methods";
import { networks } from "./networks";
import { runParams } from "./runParams";

/** All that can be chosen, as plain data. */
export function catalog(): Catalog {
  return {
    run: runParams,
    methods: [...methods.values()].map(plainInfo),
    networks: [...networks.values()].map(plainInfo),
    augmentations: [...augmentations.values()].filter((plugin) => plugin.forMatching).map(plainInfo),
    evaluations: [...evaluations.values()].map(plainInfo),
  };
}

/** The part of a plug-in that survives `structuredClone`. */
function plainInfo(plugin: PluginInfo): PluginInfo {
  const { id, label, about, formula, cite, params, presets, usesExperts } = plugin;
  return {
    id,
    label,
    about,
    params,
    ...(formula !== undefined && { formula }),
    ...(cite !== undefined && { cite }),
    ...(presets !== undefined && { presets }),
    ...(usesExperts !== undefined && { usesExperts }),
  };
}
