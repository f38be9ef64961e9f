/**
 * Where the stores find the commands of the workers; `connect` puts them here. What a tab may do is decided here too: a
 * button that was forgotten, a shortcut or a late event cannot write past the one tab that writes.
 */
import { UserError } from "@/shared/errors";
import type { BackendInfo } from "@/shared/run";
import type { DataCommands, EngineCommands } from "@/worker/protocol";
import { VIEWING } from "./tabs";

export interface Commands {
  data: DataCommands;
  engine: EngineCommands;
  /** Replaces the engine worker by a fresh one; resolves once its backend has started, or failed to. */
  renewEngine(only?: BackendInfo["id"]): Promise<void>;
  /** Makes memory usable for datasets that do not fit in the browser's storage. */
  startMemory(): Promise<void>;
}

let current: Commands | null = null;

export function provideCommands(commands: Commands): void {
  current = commands;
}

/** @throws Error before `connect()` */
export function commands(): Commands {
  if (!current) throw new Error("commands(): asked for before connect()");
  return current;
}

/** What every tab may do: it changes nothing that is stored. */
const READS: readonly string[] = [
  "listSamples",
  "listDatasets",
  "datasetPreview",
  "datasetReport",
  "exportFormats",
  "exportSnapshot",
  "cancelExport",
  "listSnapshots",
  "listUnfinished",
  "listJobs",
  "readSnapshot",
  "listExpertSets",
  "listUnfinished",
  "listJobs",
] satisfies (keyof DataCommands)[];

/** The commands of a tab that shows what another one does: it reads, all else is refused with a UserError. */
export function viewerCommands(data: DataCommands): Commands {
  const refuse = () => Promise.reject(viewingError());
  return {
    data: instead(data, (name) => !READS.includes(name) && refuse),
    engine: instead({} as EngineCommands, () => refuse),
    renewEngine: () => {
      throw viewingError();
    },
    startMemory: refuse,
  };
}

/** The commands of a tab whose role is not known yet: it reads; all else waits for the commands that hold then. */
export function earlyCommands(data: DataCommands, known: Promise<void>): Commands {
  const later =
    (part: "data" | "engine", name: string) =>
    async (...args: unknown[]) => {
      await known;
      return (commands()[part] as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!(...args);
    };
  return {
    data: instead(data, (name) => !READS.includes(name) && later("data", name)),
    engine: instead({} as EngineCommands, (name) => later("engine", name)),
    renewEngine: (only) => known.then(() => commands().renewEngine(only)),
    startMemory: () => known.then(() => commands().startMemory()),
  };
}

const viewingError = () => new UserError(VIEWING, "Use this tab instead, or go on in the other one.");

/** `commands` with others in the place of those for which `other` gives one. */
function instead<C extends object>(commands: C, other: (name: string) => unknown): C {
  return new Proxy(commands, {
    get: (target, name) => {
      if (typeof name !== "string" || name === "then") return undefined; // no promise: it may be awaited
      return other(name) || (Reflect.get(target, name) as unknown);
    },
  });
}
