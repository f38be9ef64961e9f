/**
 * The page's side of the workers: the same commands as promises. A worker that dies rejects nothing by itself, so its
 * death is told to `onLost`.
 */
import * as Comlink from "comlink";
import { StudioDatabase } from "@/data/shards/database";
import { allowedSources } from "@/shared/webAddress";
import type { WebRequest } from "@/shared/webImport";
import dataWorkerUrl from "./data.worker?worker&url";
import engineWorkerUrl from "./engine.worker?worker&url";
import memoryWorkerUrl from "./memory.worker?worker&url";
import { openWebFrame } from "./openWebFrame";
import { projectJobs } from "./projectJobs";
import type { DataCommands, EngineCommands } from "./protocol";
import { callsTo } from "./wire";

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

/** Starts the worker that owns files and storage. */
export function createDataClient(onLost: (error: Error) => void): DataClient {
  const commands = callsTo<DataCommands>(Comlink.wrap(startWorker(dataWorkerUrl, onLost)));
  const connected: Pick<DataCommands, "lookUpWeb" | "fetchWeb"> = {
    lookUpWeb: (request) => whileConnected(request, (web) => commands.lookUpWeb(request, web)),
    fetchWeb: (files, request, onProgress) =>
      whileConnected(request, (web) => commands.fetchWeb(files, request, onProgress, web)),
  };
  return new Proxy(commands, {
    get: (target, name) => (Reflect.get(connected, name) ?? Reflect.get(target, name)) as unknown,
  });
}

/** With a port to the document that may connect to the hosts of a request, until it is answered. */
async function whileConnected<T>(request: WebRequest, work: (web: MessagePort) => Promise<T>): Promise<T> {
  const { port, close } = await openWebFrame(allowedSources(request));
  return work(port).finally(close);
}

/** The data layer without a worker, for a page that has nothing else left. */
export const createRescueClient = (): Pick<DataCommands, "saveProject"> =>
  projectJobs(new StudioDatabase(), { clock: () => performance.now(), now: () => Date.now() });

/** Starts the worker that keeps things in memory. @returns what opens a port to its stores, for another worker */
export function createMemoryClient(onLost: (error: Error) => void): () => MessagePort {
  const worker = startWorker(memoryWorkerUrl, onLost);
  return () => {
    const { port1, port2 } = new MessageChannel();
    worker.postMessage(port2, [port2]);
    return port1;
  };
}

/** Starts the worker that owns the backend and the run. */
export function createEngineClient(onLost: (error: Error) => void): EngineClient {
  const worker = startWorker(engineWorkerUrl, onLost);
  const commands = callsTo<EngineCommands>(Comlink.wrap(worker));
  const terminate = () => worker.terminate();
  return new Proxy(commands, {
    get: (target, name) => (name === "terminate" ? terminate : (Reflect.get(target, name) as unknown)),
  }) as EngineClient;
}
