/** Settings from a file: those saved from the page, or the manifest.json of an export, which holds the same. */
import { readFile } from "node:fs/promises";
import { KINDS, kinds, type Catalog, type PluginChoice } from "@/shared/experiment";
import { paramProblem, type ParamRecord, type Params } from "@/shared/params";
import type { Kind } from "@/shared/experiment";
import { CliError, EXIT } from "./exitCodes";

/** What a file says; what it leaves out keeps its default. */
export type SavedSettings = { run?: ParamRecord } & Partial<Record<Kind, PluginChoice>>;

/** @throws CliError that names the file and what is wrong in it */
export async function readConfigFile(path: string, catalog: Catalog): Promise<SavedSettings> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new CliError(
      EXIT.usage,
      `--config ${path} cannot be read: ${messageOf(error)}.`,
      "Check the path.",
    );
  });
  return settingsIn(text, path, catalog);
}

/** @param where the file, for messages @throws CliError that names it and what is wrong in it */
export function settingsIn(text: string, where: string, catalog: Catalog): SavedSettings {
  const wrong = (what: string) =>
    new CliError(
      EXIT.usage,
      `--config ${where}: ${what}`,
      "Save the settings from the page again, or take an export's manifest.json.",
    );
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch (error) {
    throw wrong(`it is not JSON (${messageOf(error)}).`);
  }
  const config = isRecord(whole) && isRecord(whole["config"]) ? whole["config"] : whole;
  if (!isRecord(config) || !["run", ...kinds].some((part) => part in config))
    throw wrong("it holds no settings of the studio.");

  const saved: SavedSettings = {};
  if (config["run"] !== undefined) saved.run = checked(config["run"], catalog.run, "run", wrong);
  for (const kind of kinds) {
    const choice = config[kind];
    if (choice === undefined) continue;
    if (!isRecord(choice) || typeof choice["id"] !== "string") throw wrong(`"${kind}" names no ${kind}.`);
    const id = choice["id"];
    const plugin = catalog[KINDS[kind]].find((one) => one.id === id);
    if (!plugin)
      throw wrong(
        `there is no ${kind} "${id}" (known: ${catalog[KINDS[kind]].map((one) => one.id).join(", ")}).`,
      );
    saved[kind] = { id, params: checked(choice["params"] ?? {}, plugin.params, kind, wrong) };
  }
  return saved;
}

function checked(
  values: unknown,
  params: Params,
  part: string,
  wrong: (what: string) => CliError,
): ParamRecord {
  if (!isRecord(values)) throw wrong(`the settings of "${part}" are no record.`);
  for (const [key, value] of Object.entries(values)) {
    if (!params[key]) throw wrong(`there is no setting "${part}.${key}".`);
    const problem = paramProblem(params[key], value);
    if (problem) throw wrong(`"${part}.${key}": ${problem} It is ${JSON.stringify(value)}.`);
  }
  return values as ParamRecord;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
