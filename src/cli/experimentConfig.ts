/**
 * Which settings a run has. The layers, each on top of the one before: the catalog's defaults, what suits the method,
 * a config file or the run that is resumed, a preset, flags. The result names every setting, in the order of the
 * declarations, as the page's config does, so that equal settings give equal exports.
 */
import { FIRST_CHOICE, KINDS, type Catalog, type ExperimentConfig, type Kind } from "@/shared/experiment";
import { defaultsOf, type ParamRecord, type Params, type ParamValue } from "@/shared/params";
import type { PluginInfo, Preset } from "@/shared/plugin";
import type { CommandLine } from "./commandLine";
import type { SavedSettings } from "./configFile";
import { CliError, EXIT } from "./exitCodes";
import { settingFlags, type SettingFlag } from "./flags";
import { nearest } from "./nearest";
import { settingValue } from "./settingValue";

type Chosen = Record<Kind, PluginInfo>;

/**
 * @param saved from a config file, or of the run that is resumed
 * @throws CliError for an unknown plug-in or preset, a value out of range, or a flag that belongs to another plug-in
 */
export function experimentConfig(
  catalog: Catalog,
  line: CommandLine,
  saved: SavedSettings = {},
): Omit<ExperimentConfig, "datasetId"> {
  const method = choose(catalog, "method", line, saved);
  const preset = presetOf(method, line.command.preset?.[0]);
  const chosen: Chosen = {
    method,
    network: choose(catalog, "network", line, preset?.network ? { network: preset.network } : saved),
    augmentation: choose(catalog, "augmentation", line, saved),
    evaluation: choose(catalog, "evaluation", line, saved),
  };
  const typed = typedSettings(catalog, chosen, line);
  const isSavedMethod = saved.method?.id === method.id;
  const choice = (kind: Kind) => {
    const { id, params } = chosen[kind];
    const presets: Record<Kind, ParamRecord | undefined> = {
      method: preset?.params,
      network: preset?.network?.id === id ? preset.network.params : undefined,
      augmentation: undefined,
      evaluation: undefined,
    };
    const own = saved[kind]?.id === id ? saved[kind].params : undefined;
    return { id, params: layered(params, own, presets[kind], typed.get(kind)) };
  };
  return {
    run: layered(
      catalog.run,
      // as on the page, where a method that is chosen brings what suits it
      ...(isSavedMethod ? [method.runDefaults, saved.run] : [saved.run, method.runDefaults]),
      preset?.run,
      typed.get("run"),
    ),
    method: choice("method"),
    network: choice("network"),
    augmentation: choice("augmentation"),
    evaluation: choice("evaluation"),
  };
}

/** Defaults under layers of values, in the order of the declaration. */
function layered(params: Params, ...layers: (ParamRecord | undefined)[]): ParamRecord {
  const values: ParamRecord = defaultsOf(params);
  for (const key of Object.keys(params))
    for (const layer of layers) {
      const value = layer?.[key];
      if (value !== undefined) values[key] = value;
    }
  return values;
}

function choose(catalog: Catalog, kind: Kind, line: CommandLine, saved: SavedSettings): PluginInfo {
  const list = catalog[KINDS[kind]];
  const wanted = line.command[kind]?.[0] ?? saved[kind]?.id;
  const found =
    list.find(({ id }) => id === (wanted ?? FIRST_CHOICE[kind])) ?? (wanted ? undefined : list[0]);
  if (found) return found;
  const ids = list.map(({ id }) => id);
  const meant = nearest(wanted ?? "", ids);
  throw new CliError(
    EXIT.usage,
    `--${kind}: there is no ${kind} "${wanted}".`,
    `${meant ? `Did you mean ${meant}? ` : ""}Known: ${ids.join(", ")}.`,
  );
}

/** A preset by its name, with its source behind it where two have the same name. */
function presetOf({ presets = [], label }: PluginInfo, wanted: string | undefined): Preset | undefined {
  if (wanted === undefined) return undefined;
  const fullName = (preset: Preset) => `${preset.label} (${preset.source})`;
  const lower = wanted.toLowerCase();
  const found = presets.filter((preset) =>
    [preset.label, fullName(preset)].some((name) => name.toLowerCase() === lower),
  );
  if (found.length === 1) return found[0];
  const names = (found.length > 1 ? found.map(fullName) : presets.map((preset) => preset.label)).join("; ");
  throw new CliError(
    EXIT.usage,
    found.length > 1
      ? `--preset: ${label} has several presets "${wanted}".`
      : `--preset: ${label} has no preset "${wanted}".`,
    names ? `It has: ${names}.` : "It has none.",
  );
}

/** The flags' values by owner. @throws CliError for a flag of a plug-in that is not chosen */
function typedSettings(catalog: Catalog, chosen: Chosen, line: CommandLine): Map<string, ParamRecord> {
  const flags = settingFlags(catalog);
  const byOwner = new Map<string, ParamRecord>();
  for (const [name, typed] of line.settings) {
    const named = flags.filter((flag) => flag.name === name);
    const flag = named.find(({ owner }) => owner.kind === "run" || owner.id === chosen[owner.kind].id);
    if (!flag) throw belongsElsewhere(name, named, chosen);
    const values: Record<string, ParamValue> = byOwner.get(flag.owner.kind) ?? {};
    values[flag.key] = settingValue(name, flag.param, typed);
    byOwner.set(flag.owner.kind, values);
  }
  return byOwner;
}

function belongsElsewhere(name: string, named: readonly SettingFlag[], chosen: Chosen): CliError {
  const owners = named.flatMap(({ owner }) => (owner.kind === "run" ? [] : [owner]));
  const { kind } = owners[0]!;
  return new CliError(
    EXIT.usage,
    `--${name} is a setting of ${owners.map(({ id }) => id).join(", ")}; the ${kind} is ${chosen[kind].id}.`,
    `Leave it out, or choose with --${kind} ${owners[0]!.id}.`,
  );
}
