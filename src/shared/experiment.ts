/** A run is its config and its seed; both travel in every snapshot and export. */
import { forSlowDevice, type ParamRecord, type Params } from "./params";
import type { PluginInfo } from "./plugin";

/** A plug-in and its settings. */
export interface PluginChoice {
  id: string;
  params: ParamRecord;
}

export interface ExperimentConfig {
  datasetId: string;
  /** Settings of the loop itself, declared in `engine/runParams.ts`: ipc, iterations, imageLr, init, seed, … */
  run: ParamRecord;
  method: PluginChoice;
  network: PluginChoice;
  augmentation: PluginChoice;
  evaluation: PluginChoice;
}

/** All that can be chosen, as plain data: the page draws its controls from it. */
export interface Catalog {
  run: Params;
  methods: PluginInfo[];
  networks: PluginInfo[];
  augmentations: PluginInfo[];
  evaluations: PluginInfo[];
}

/** What is chosen once per experiment, and the catalog's list it is chosen from. */
export const KINDS = {
  method: "methods",
  network: "networks",
  augmentation: "augmentations",
  evaluation: "evaluations",
} as const satisfies Record<string, keyof Catalog>;
export type Kind = keyof typeof KINDS;
export const kinds = Object.keys(KINDS) as Kind[];

/** What is chosen before anyone chooses, where the catalog has it; else the first of the list. */
export const FIRST_CHOICE: Partial<Record<Kind, string>> = {
  method: "dm",
  augmentation: "dsa",
  network: "convnet",
};

/** The same choices with the defaults of a device without a GPU. */
export function onSlowDevice(catalog: Catalog): Catalog {
  const gentle = (plugins: PluginInfo[]) =>
    plugins.map((plugin) => ({ ...plugin, params: forSlowDevice(plugin.params) }));
  return {
    run: forSlowDevice(catalog.run),
    methods: gentle(catalog.methods),
    networks: gentle(catalog.networks),
    augmentations: gentle(catalog.augmentations),
    evaluations: gentle(catalog.evaluations),
  };
}
