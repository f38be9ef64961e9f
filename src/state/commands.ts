/** Where the stores find the commands of the workers; `connect` puts them here. */
import type { DataCommands, EngineCommands } from "@/worker/protocol";

export interface Commands {
  data: DataCommands;
  engine: EngineCommands;
  /** Replaces an engine worker that died by a fresh one. */
  renewEngine(): void;
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
