/** The JavaScript heap of a page and its workers, over the DevTools protocol. */
import type { CDPSession, Page } from "@playwright/test";

const MB = 1e6;

/** One look: what the page and all its workers hold together. */
export interface HeapSample {
  atMs: number;
  heapMb: number;
  /** Array buffers beside the heap. */
  buffersMb: number;
}

type Send = (method: string) => Promise<Record<string, number>>;

export interface HeapWatch {
  readonly samples: readonly HeapSample[];
  /** Collects garbage everywhere, then looks. */
  settled(): Promise<HeapSample>;
  stop(): Promise<{ heapMb: number; buffersMb: number }>;
}

/** Looks at the heap again and again until it is stopped; then gives the peak. Call before workers start. */
export async function watchHeap(page: Page, everyMs = 50): Promise<HeapWatch> {
  const session = await page.context().newCDPSession(page);
  const workers = new Map<string, Send>();
  attachWorkers(session, workers);
  await session.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  const started = performance.now();
  const samples: HeapSample[] = [];
  const look = async (): Promise<HeapSample> => {
    const usages: (object | null)[] = await Promise.all([
      session.send("Runtime.getHeapUsage"),
      ...[...workers.values()].map((send) => send("Runtime.getHeapUsage").catch(() => null)),
    ]);
    const sum = (key: string) =>
      usages.reduce((total, usage) => total + ((usage as Record<string, number> | null)?.[key] ?? 0), 0) / MB;
    return {
      atMs: performance.now() - started,
      heapMb: sum("usedSize"),
      buffersMb: sum("backingStorageSize"),
    };
  };
  let running = true;
  let failure: Error | null = null; // told by stop(): a page that was closed for another reason is no failure of its own
  const loop = (async () => {
    while (running) {
      samples.push(await look());
      await new Promise((done) => setTimeout(done, everyMs));
    }
  })().catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error));
  });
  return {
    samples,
    settled: async () => {
      await Promise.all([
        session.send("HeapProfiler.collectGarbage"),
        ...[...workers.values()].map((send) => send("HeapProfiler.collectGarbage").catch(() => null)),
      ]);
      return look();
    },
    stop: async () => {
      running = false;
      await loop;
      if (failure) throw failure;
      if (workers.size === 0) throw new Error("no worker was seen");
      const most = (key: "heapMb" | "buffersMb") => Math.max(...samples.map((sample) => sample[key]));
      return { heapMb: most("heapMb"), buffersMb: most("buffersMb") };
    },
  };
}

/** Sends commands to each worker that appears, wrapped in the page's own session. */
function attachWorkers(session: CDPSession, workers: Map<string, Send>): void {
  let lastId = 0;
  const waiting = new Map<number, (result: Record<string, number>) => void>();
  session.on("Target.attachedToTarget", ({ sessionId }) => {
    workers.set(sessionId, (method) => {
      const id = ++lastId;
      const answer = new Promise<Record<string, number>>((done) => waiting.set(id, done));
      return session
        .send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method }) })
        .then(() => answer);
    });
  });
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result } = JSON.parse(message) as { id: number; result: Record<string, number> };
    waiting.get(id)?.(result);
  });
}
