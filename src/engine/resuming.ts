/** Which saved states a run may go on from, the one change that it may make, and what follows from that. */
import type { EngineState, StoredTensor } from "@/shared/checkpoint";
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ExperimentConfig, PluginChoice } from "@/shared/experiment";
import { parseParams, type ParamRecord, type Params } from "@/shared/params";
import { pluginById, type PluginInfo } from "@/shared/plugin";
import { augmentations } from "./augmentations";
import { methods } from "./methods";
import { networks } from "./networks";
import { runParams } from "./runParams";

/** The rates of what is learned: they may be lowered on the way. An evaluation leaves no trace in the images. */
const CHANGEABLE: ReadonlySet<string> = new Set(["imageLr", "lrLr", "labelLr", "networkLr"]);

/**
 * Checks that a run with this config goes on where the state was saved.
 * @throws UserError that names the first difference, or what is broken
 */
export function checkResume(config: ExperimentConfig, info: DatasetInfo, state: EngineState): void {
  if (state.datasetFingerprint !== info.fingerprint)
    throw new UserError(
      `The saved run was made with other images than those of "${info.name}".`,
      `Import "${state.datasetName}" as it was then.`,
    );
  compareSettings(runParams, config.run, state.config.run);
  comparePlugin("method", methods, config.method, state.config.method);
  comparePlugin("network", networks, config.network, state.config.network);
  comparePlugin("augmentation", augmentations, config.augmentation, state.config.augmentation);
  const { iterations } = parseParams(runParams, config.run);
  if (!Number.isInteger(state.iteration) || state.iteration < 0 || state.iteration > iterations)
    throw broken(`it claims to be at iteration ${state.iteration} of ${iterations}`);
  for (const [name, tensor] of Object.entries(state.tensors)) checkTensor(name, tensor);
}

/**
 * What a run with this config starts with. A run with a smaller image rate than it was saved with leaves the gathered
 * velocities behind: they are what carried the run that diverged away, and would carry this one too.
 */
export function startingFrom(state: EngineState, config: ExperimentConfig): EngineState {
  const rate = ({ run }: ExperimentConfig) => parseParams(runParams, run).imageLr;
  if (rate(config) >= rate(state.config)) return state;
  const kept = Object.entries(state.tensors).filter(([name]) => !name.endsWith(".velocity"));
  return { ...state, tensors: Object.fromEntries(kept) };
}

function comparePlugin(
  kind: string,
  plugins: Map<string, PluginInfo>,
  now: PluginChoice,
  then: PluginChoice,
): void {
  if (now.id !== then.id) throw different(`the ${kind}`, now.id, then.id);
  compareSettings(pluginById(plugins, now.id, kind).params, now.params, then.params);
}

/** Settings that were left out count as their defaults. */
function compareSettings(params: Params, now: ParamRecord, then: ParamRecord): void {
  const [nowValues, thenValues] = [parseParams(params, now), parseParams(params, then)];
  for (const [name, { label }] of Object.entries(params)) {
    const [a, b] = [nowValues[name], thenValues[name]];
    if (a !== b && !CHANGEABLE.has(name)) throw different(`"${label}"`, a, b);
  }
}

const different = (what: string, now: unknown, then: unknown): UserError =>
  new UserError(
    `The saved run cannot go on with these settings: ${what} was ${String(then)} and is ${String(now)} now.`,
    "Take the settings of the saved run, or start a new one.",
  );

function checkTensor(name: string, { shape, values }: StoredTensor): void {
  const size = shape.reduce((a, b) => a * b, 1);
  if (values.length !== size) throw broken(`"${name}" has ${values.length} numbers in place of ${size}`);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw broken(`"${name}" holds ${values[wrong]}`);
}

const broken = (how: string): UserError =>
  new UserError(`The saved run is broken: ${how}.`, "Go on from an earlier one, or start a new run.");
