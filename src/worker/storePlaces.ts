/**
 * Which stores a worker uses: those of the browser's storage or those of the memory worker; datasets may be in both.
 * The page says which, the same to both workers, before it asks for anything that is stored.
 */
import { datasetLibrary } from "@/data/shards/datasetLibrary";
import type { DatasetStore } from "@/data/shards/shardStore";
import type { StoragePlace } from "@/shared/storage";
import { storesBehind, type Stores } from "./stores";

export class StorePlaces {
  /** Those of the place in use, whichever it is when a method is called. */
  readonly stores: Stores;
  private current: Stores;
  private memory: Stores | null = null;

  constructor(private readonly browser: Stores) {
    this.current = browser;
    const ofCurrent = <K extends keyof Stores>(kind: K): Stores[K] => forwarding(() => this.current[kind]);
    this.stores = {
      datasets: ofCurrent("datasets"),
      experts: ofCurrent("experts"),
      snapshots: ofCurrent("snapshots"),
      scores: ofCurrent("scores"),
      checkpoints: ofCurrent("checkpoints"),
      jobs: ofCurrent("jobs"),
      projects: ofCurrent("projects"),
    };
  }

  /** @param port to the memory worker; beside the browser's storage it holds datasets that do not fit there */
  use(place: StoragePlace, port: MessagePort | null): void {
    if (port) this.memory = storesBehind(port);
    const { browser, memory } = this;
    if (place === "memory" && !memory) throw new Error("StorePlaces.use(): memory needs a port");
    if (!memory) this.current = browser;
    else if (place === "memory") this.current = memory;
    else {
      this.current = { ...browser, datasets: datasetLibrary(browser.datasets, memory.datasets) };
      browser.projects.include(memory.projects);
    }
  }

  /** Where a new dataset goes. */
  datasetsIn(place: StoragePlace): DatasetStore {
    return place === "memory" && this.memory ? this.memory.datasets : this.stores.datasets;
  }
}

/** Calls each method on what is found at that moment. */
function forwarding<S extends object>(find: () => S): S {
  type Methods = Record<string, (...args: unknown[]) => unknown>;
  return new Proxy({} as S, {
    get: (_, name) =>
      typeof name !== "string" || name === "then"
        ? undefined
        : (...args: unknown[]) => (find() as Methods)[name]!(...args),
  });
}
