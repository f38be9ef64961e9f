/**
 * What is plugged in (readers, methods, networks, …) has one shape: a folder with the contract, one file per
 * member whose default export is the member, and an index that collects them. This is the part that the page sees.
 */
import type { ParamRecord, Params } from "./params";
import { UserError } from "./errors";

/** Settings that a paper recommends, with their source. */
export interface Preset {
  label: string; // "CIFAR-10, IPC 10"
  source: string; // "Zhao & Bilen 2023, README"
  params: ParamRecord; // of the plug-in itself
  run?: ParamRecord; // of the run around it (ipc, iterations, imageLr, …)
  network?: { id: string; params: ParamRecord }; // that they were found with
  study?: ParamRecord; // of the evaluation of kept sets around it (fullEpochs)
}

/** A plug-in as plain data, so that the page can draw its controls without loading its code. */
export interface PluginInfo {
  id: string;
  label: string;
  /** One sentence: what it does. */
  about: string;
  /** The formula, in plain text. */
  formula?: string;
  cite?: string;
  params: Params;
  presets?: Preset[];
  /** Settings of the run around it that suit it, taken over when the person chooses it. */
  runDefaults?: ParamRecord;
  /** A method that matches expert trajectories, which can be trained beforehand. */
  usesExperts?: boolean;
}

/** Collects the default exports of a folder's files, by id, in the order of their labels. */
export function collectPlugins<T extends { id: string; label: string }>(
  modules: Record<string, { default?: T }>,
): Map<string, T> {
  const members = Object.values(modules).flatMap((module) => (module.default ? [module.default] : []));
  members.sort((a, b) => a.label.localeCompare(b.label));
  return new Map(members.map((member) => [member.id, member]));
}

/**
 * Looks a plug-in up by id.
 * @throws UserError that lists the known ids
 */
export function pluginById<T>(members: Map<string, T>, id: string, kind: string): T {
  const member = members.get(id);
  if (!member)
    throw new UserError(`There is no ${kind} "${id}".`, `Known: ${[...members.keys()].join(", ")}.`);
  return member;
}
