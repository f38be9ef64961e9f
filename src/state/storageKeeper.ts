/**
 * Where the page keeps things. It opens the browser's storage; where that cannot be used it starts the memory worker
 * and tells both other workers to use that. What happens to the storage later is shown, and the lists are read again.
 */
import { errorInfo, UserError } from "@/shared/errors";
import type { StorageEvent } from "@/shared/storage";
import { createMemoryClient } from "@/worker/client";
import type { DataCommands, StorageCommands } from "@/worker/protocol";
import { announce } from "./announcements";
import { useDatasets } from "./datasets";
import { useExpertSets } from "./expertSets";
import { lockClientId } from "./lockClient";
import { useSnapshots } from "./snapshots";
import { useStorage } from "./storage";

export interface StorageKeeper {
  /** The commands of the data worker; each waits until it is known where things are kept. */
  data: DataCommands;
  /** Tells an engine that has just been started. */
  serve(engine: StorageCommands): void;
  /** Makes memory usable beside the browser's storage. */
  startMemory: () => Promise<void>;
}

export function createStorageKeeper(worker: DataCommands): StorageKeeper {
  let openPort: (() => MessagePort) | null = null;
  let engine: StorageCommands | null = null;
  let page: string | null = null;
  const tell = (to: StorageCommands) =>
    to.useStorage(useStorage.getState().place, openPort?.() ?? null, page);

  const open = async () => {
    page = await lockClientId((navigator as { locks?: LockManager }).locks);
    try {
      await worker.openStorage(heard);
    } catch (error) {
      useStorage.setState({ place: "memory", problem: errorInfo(error) });
      announce("Nothing is stored: the studio works in memory only.");
      startMemoryWorker();
    }
    await tell(worker);
  };

  const startMemoryWorker = () => {
    openPort ??= createMemoryClient((error) => {
      const lost = new UserError(
        `What was kept in memory is lost: ${error.message}`,
        "Reload the page. What is in the browser's storage is kept.",
      );
      useDatasets.getState().fail(lost);
      useSnapshots.getState().fail(lost);
    });
  };

  const opened = open();
  return {
    data: after(opened, worker),
    serve(started) {
      engine = started;
      void opened.then(() => tell(started));
    },
    async startMemory() {
      await opened;
      if (openPort) return;
      startMemoryWorker();
      await Promise.all([worker, ...(engine ? [engine] : [])].map(tell));
    },
  };
}

/** The same commands, none of them before `ready`. */
function after<C extends object>(ready: Promise<void>, commands: C): C {
  type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;
  return new Proxy({} as C, {
    get: (_, name) =>
      typeof name !== "string" || name === "then"
        ? undefined
        : async (...args: unknown[]) => {
            await ready;
            return (commands as Methods)[name]!(...args);
          },
  });
}

const WORDS: Record<StorageEvent, string> = {
  superseded: "A newer version of the studio is open in another tab. Reload this one.",
  cleared: "The studio's storage was cleared.",
};

function heard(event: StorageEvent): void {
  useStorage.setState({ event });
  announce(WORDS[event]);
  if (event === "superseded") return; // this version can read nothing any more: the lists stay as they were
  void useDatasets.getState().load();
  void useSnapshots.getState().load();
  if (useExpertSets.getState().list) void useExpertSets.getState().load();
  void useStorage.getState().refresh();
}
