/** What the main thread of a page computes, in processor time: other programs on the machine do not count. */
import type { Browser, Page } from "@playwright/test";

/** All in milliseconds of processor time. */
export interface MainThread {
  busyPerSecond: number;
  longestTask: number;
  /** Tasks that took longer than a frame, 16.7 ms, of a second. */
  longerThanFrame: number;
}

const FRAME_MS = 1000 / 60;

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  args: { name?: string };
  /** Microseconds: of the thread's processor time, and when it began. */
  tdur?: number;
  ts: number;
}

/** Traces the tasks of a page's main thread. @returns what ends it and tells */
export async function watchMainThread(browser: Browser, page: Page): Promise<() => Promise<MainThread>> {
  const mark = `main thread ${Math.random()}`;
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  const started = performance.now();
  await page.evaluate((name) => void performance.mark(name), mark); // tells which thread it is
  return async () => {
    const seconds = (performance.now() - started) / 1000;
    const text = (await browser.stopTracing()).toString();
    const { traceEvents } = JSON.parse(text) as { traceEvents: TraceEvent[] };
    const own = traceEvents.find(({ name }) => name === mark);
    const tasks = traceEvents
      .filter(({ name, pid, tid }) => name.endsWith("RunTask") && pid === own?.pid && tid === own.tid)
      .map(({ tdur = 0 }) => tdur / 1000);
    if (tasks.length === 0)
      throw new Error("watchMainThread(): the trace has no tasks of the page's main thread");
    return {
      busyPerSecond: tasks.reduce((sum, ms) => sum + ms, 0) / seconds,
      longestTask: Math.max(...tasks),
      longerThanFrame: tasks.filter((ms) => ms > FRAME_MS).length / seconds,
    };
  };
}
