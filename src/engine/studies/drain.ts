/** Runs generators to their end: for tests, benches and the command line, where nothing is paused. */
import type { ImageSource } from "@/shared/dataset";
import type { Preprocessing } from "../preprocessing/networkImages";
import { loadRealData, type RealData } from "../realData";

/** All that a generator yields, and what it returns. */
export async function collect<T, R>(source: AsyncGenerator<T, R>): Promise<{ events: T[]; result: R }> {
  const events: T[] = [];
  for (;;) {
    const next = await source.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}

/** What a generator returns. */
export async function drain<T, R>(source: AsyncGenerator<T, R>): Promise<R> {
  for (;;) {
    const next = await source.next();
    if (next.done) return next.value;
  }
}

/** A whole dataset in memory. */
export const loadAll = (source: ImageSource, preprocessing?: Preprocessing): Promise<RealData> =>
  drain(loadRealData(source, preprocessing && { preprocessing }));
