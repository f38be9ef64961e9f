/** The frames of a page and its long tasks, for as long as one watches. */
import type { Page } from "@playwright/test";

/** All in milliseconds. */
export interface FrameTimes {
  /** Between the times of two frames, which are multiples of the screen's: 16.7 at 60 Hz. */
  intervals: number[];
  /** Tasks of the main thread that took 50 and more, whatever else the processor did meanwhile. */
  longTasks: number[];
}

/** Starts to watch the main thread of a page that is open. @returns what ends it and tells */
export async function watchFrames(page: Page): Promise<() => Promise<FrameTimes>> {
  const watch = await page.evaluateHandle(() => {
    const seen = { intervals: [] as number[], longTasks: [] as number[] };
    const remember = (entries: PerformanceEntryList) => {
      for (const { duration } of entries) seen.longTasks.push(duration);
    };
    const observer = new PerformanceObserver((list) => remember(list.getEntries()));
    observer.observe({ type: "longtask" });
    let last: number | null = null;
    let frame = requestAnimationFrame(function next(time) {
      if (last !== null) seen.intervals.push(time - last);
      last = time;
      frame = requestAnimationFrame(next);
    });
    const stop = () => {
      cancelAnimationFrame(frame);
      remember(observer.takeRecords());
      observer.disconnect();
      return seen;
    };
    return { stop };
  });
  return () => watch.evaluate(({ stop }) => stop());
}

/** The share of frames that came later than so many milliseconds after the one before. */
export const shareAbove = (intervals: readonly number[], ms: number): number =>
  intervals.filter((interval) => interval > ms).length / intervals.length;
