/**
 * The page's side of the workers: the same commands as promises. Callbacks may be plain functions; they are
 * wrapped for the wire here. A worker that dies rejects nothing by itself, so its death is told to `onLost`.
 */
import * as Comlink from "comlink";
import dataWorkerUrl from "./data.worker?worker&url";
import engineWorkerUrl from "./engine.worker?worker&url";
import "./errorTransfer";
import type { DataCommands, EngineCommands } from "./protocol";

export type DataClient = DataCommands;
export type EngineClient = EngineCommands & {
  /** Ends the worker at once, whatever it does. */
  terminate(): void;
};

/** Own scripts only: the one policy under which a worker may be started where Trusted Types are enforced. */
const scripts = window.trustedTypes?.createPolicy("studio-workers", {
  createScriptURL(url: string) {
    if (new URL(url, location.href).origin !== location.origin) throw new Error(`refused worker ${url}`);
    return url;
  },
});

function startWorker(url: string, onLost: (error: Error) => void): Worker {
  const trusted = scripts ? (scripts.createScriptURL(url) as unknown as string) : url;
  const worker = new Worker(trusted, { type: "module" });
  worker.addEventListener("error", (event) =>
    onLost(new Error(event.message || "The worker could not be started.")),
  );
  worker.addEventListener("messageerror", () => onLost(new Error("The worker sent something unreadable.")));
  return worker;
}

function commandsOf<C extends object>(worker: Worker): C {
  const remote = Comlink.wrap<C>(worker) as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >;
  return new Proxy({} as C, {
    get: (_, name) =>
      // a Comlink client is no promise: awaiting it must not call a command "then"
      typeof name !== "string" || name === "then"
        ? undefined
        : (...args: unknown[]) =>
            remote[name]!(
              ...args.map((value) =>
                typeof value === "function" ? Comlink.proxy(value as (...a: unknown[]) => unknown) : value,
              ),
            ),
  });
}

/** Starts the worker that owns files and storage. */
export function createDataClient(onLost: (error: Error) => void): DataClient {
  return commandsOf<DataCommands>(startWorker(dataWorkerUrl, onLost));
}

/** Starts the worker that owns the backend and the run. */
export function createEngineClient(onLost: (error: Error) => void): EngineClient {
  const worker = startWorker(engineWorkerUrl, onLost);
  const commands = commandsOf<EngineCommands>(worker);
  const terminate = () => worker.terminate();
  return new Proxy(commands, {
    get: (target, name) => (name === "terminate" ? terminate : (Reflect.get(target, name) as unknown)),
  }) as EngineClient;
}
