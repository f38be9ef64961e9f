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

const PLAIN = [
  "id",
  "label",
  "about",
  "formula",
  "cite",
  "params",
  "presets",
  "runDefaults",
  "usesExperts",
] as const;

/** The part of a plug-in that survives `structuredClone`. */
function plainInfo(plugin: PluginInfo): PluginInfo {
  const entries = PLAIN.map((key) => [key, plugin[key]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as unknown as PluginInfo;
}
