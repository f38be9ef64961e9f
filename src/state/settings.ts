/**
 * The settings on the page, as plain data: what they start with, what is wrong with them, and the
 * `ExperimentConfig` they make. A draft may hold wrong values; a config never does.
 */
import {
  FIRST_CHOICE,
  KINDS,
  kinds,
  type Catalog,
  type ExperimentConfig,
  type Kind,
  type PluginChoice,
} from "@/shared/experiment";
import { defaultsOf, paramProblem, type Param, type ParamRecord, type Params } from "@/shared/params";
import type { PluginInfo } from "@/shared/plugin";

export interface Draft {
  run: ParamRecord;
  chosen: Record<Kind, string>;
  /** Settings of every plug-in that was looked at, by `kind/id`, so that a change of mind loses nothing. */
  plugins: Record<string, ParamRecord>;
}

export const pluginKey = (kind: Kind, id: string): string => `${kind}/${id}`;

/** The plug-in that is chosen. @throws Error if the catalog has none of that kind */
export function chosenPlugin(catalog: Catalog, draft: Draft, kind: Kind): PluginInfo {
  const list = catalog[KINDS[kind]];
  const info = list.find(({ id }) => id === draft.chosen[kind]) ?? list[0];
  if (!info) throw new Error(`chosenPlugin(): the catalog has no ${KINDS[kind]}`);
  return info;
}

/** The settings of the chosen plug-in, defaults filled in. */
export function pluginValues(catalog: Catalog, draft: Draft, kind: Kind): ParamRecord {
  const { id, params } = chosenPlugin(catalog, draft, kind);
  return { ...defaultsOf(params), ...draft.plugins[pluginKey(kind, id)] };
}

/** A parameter may depend on another one of its record. */
export const isShown = (param: Param, values: ParamRecord): boolean =>
  !param.when || param.when.is.includes(values[param.when.param]!);

/** A draft for a catalog: what was saved where it is still valid, defaults elsewhere. */
export function draftFor(catalog: Catalog, saved?: Partial<Draft>): Draft {
  const chosen = Object.fromEntries(
    kinds.map((kind) => {
      const ids = catalog[KINDS[kind]].map(({ id }) => id);
      const wanted = [saved?.chosen?.[kind], FIRST_CHOICE[kind]].find(
        (id) => id !== undefined && ids.includes(id),
      );
      return [kind, wanted ?? ids[0] ?? ""];
    }),
  ) as Record<Kind, string>;
  const plugins = Object.fromEntries(
    kinds.flatMap((kind) =>
      catalog[KINDS[kind]].map(({ id, params }) => {
        const key = pluginKey(kind, id);
        return [key, validOr(params, saved?.plugins?.[key])];
      }),
    ),
  );
  return { run: validOr(catalog.run, saved?.run), chosen, plugins };
}

/** Defaults, replaced by the saved values that are still right. */
function validOr(params: Params, saved: ParamRecord = {}): ParamRecord {
  const right = Object.entries(saved).filter(
    ([key, value]) => params[key] && !paramProblem(params[key], value),
  );
  return { ...defaultsOf(params), ...Object.fromEntries(right) };
}

/** Sentences for the shown values that are wrong, in the order of the page. */
export function problemsOf(catalog: Catalog, draft: Draft): string[] {
  const within = (params: Params, values: ParamRecord) =>
    Object.entries(params)
      .filter(([, param]) => isShown(param, values))
      .map(([key, param]) =>
        param.kind === "keptSet" && !values[key]
          ? `${param.label} must be chosen.`
          : paramProblem(param, values[key]),
      );
  return [
    ...within(catalog.run, draft.run),
    ...kinds.flatMap((kind) =>
      within(chosenPlugin(catalog, draft, kind).params, pluginValues(catalog, draft, kind)),
    ),
  ].filter((problem) => problem !== "");
}

/** The config of a draft without problems; what is not shown and wrong falls back to its default. */
export function configOf(catalog: Catalog, draft: Draft, datasetId: string): ExperimentConfig {
  const choice = (kind: Kind): PluginChoice => {
    const { id, params } = chosenPlugin(catalog, draft, kind);
    return { id, params: validOr(params, pluginValues(catalog, draft, kind)) };
  };
  return {
    datasetId,
    run: validOr(catalog.run, draft.run),
    method: choice("method"),
    network: choice("network"),
    augmentation: choice("augmentation"),
    evaluation: choice("evaluation"),
  };
}

/** The run's settings with what suits a method on top; a run that is to begin with a kept set still does. */
export function withRunDefaults(run: ParamRecord, suiting: ParamRecord = {}): ParamRecord {
  const { init, ipc } = run;
  return { ...run, ...suiting, ...(init === "set" && ipc !== undefined && { init, ipc }) };
}

/** The draft that makes this config; what the catalog no longer knows keeps its default. */
export function draftOf(catalog: Catalog, draft: Draft, config: ExperimentConfig): Draft {
  return draftFor(catalog, {
    run: { ...draft.run, ...config.run },
    chosen: Object.fromEntries(kinds.map((kind) => [kind, config[kind].id])) as Record<Kind, string>,
    plugins: {
      ...draft.plugins,
      ...Object.fromEntries(kinds.map((kind) => [pluginKey(kind, config[kind].id), config[kind].params])),
    },
  });
}
