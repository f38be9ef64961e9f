/** A run is its config and its seed; both travel in every snapshot and export. */
import type { ParamRecord } from "./params";
import type { Params } from "./params";
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
