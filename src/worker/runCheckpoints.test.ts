import "fake-indexeddb/auto";
import { describe, expect, it, vi } from "vitest";
import type { Checkpoint } from "@/shared/checkpoint";
import { UserError } from "@/shared/errors";
import type { RunEvent } from "@/shared/run";
import { iterationEvents, stateAt, testSession, type TestOptions } from "./testRun";

const score = { iteration: 2, accuracies: [0.5], mean: 0.5, std: 0 };

/** Counts from `first` on, a second of its own clock each. */
function counting(iterations: number, options: TestOptions & { first?: number; failAt?: number } = {}) {
  const time = { ms: 0 };
  async function* iterate(): AsyncGenerator<RunEvent, void, void> {
    for (let iteration = options.first ?? 1; iteration <= iterations; iteration++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      time.ms += 1000;
      if (iteration === options.failAt) throw new UserError("The GPU went away.", "", "deviceLost");
      yield* iterationEvents(iteration);
    }
    yield { kind: "done", snapshot: {} as never };
  }
  return testSession(iterate, iterations, { clock: () => time.ms, ...options });
}

describe("the checkpoints of a run", () => {
  it("are written at the interval, at iterations, while it goes on", async () => {
    const { run, store, updates } = counting(25, { intervalMs: 10_000 });
    const save = vi.spyOn(store, "save");
    await run.drive();
    expect(save.mock.calls.map(([, { iteration }]) => iteration)).toEqual([10, 20, 25]); // and the last one before it is said to be done
    const done = updates.at(-1)!;
    expect(done).toMatchObject({ phase: "done", runId: "r", savedIteration: 25 });
    expect((await store.read("r")).checkpoint).toMatchObject({ iteration: 25, elapsedMs: 25_000 });
  });

  it("are written on pause, with every loss that was shown, and once for one state", async () => {
    const { run, store, phase, until, updates } = counting(1e6);
    const driving = run.drive();
    await until(() => (updates.at(-1)?.iteration ?? 0) > 5);
    run.pause();
    await until(() => phase() === "paused" && updates.at(-1)!.savedIteration !== null);
    const { iteration } = updates.at(-1)!;
    const { checkpoint } = await store.read("r");
    const shown = Array.from({ length: iteration }, (_, i) => i + 1);
    expect(Array.from(checkpoint!.losses.iterations)).toEqual(shown);
    expect(checkpoint!.losses.values).toEqual(Float32Array.from(shown, (one) => 1 / one));
    expect(checkpoint!.tensors).toEqual(stateAt(iteration).tensors);
    const { bytes } = (await store.list())[0]!;
    await Promise.all([run.saveCheckpoint(), run.saveCheckpoint()]);
    expect(await store.list()).toMatchObject([{ bytes }]); // a second generation would have doubled it
    void run.stop();
    await driving;
  });

  it("are written when they are asked for, and before a stopped run is over", async () => {
    const { run, store, until, updates } = counting(1e6);
    const driving = run.drive();
    await until(() => (updates.at(-1)?.iteration ?? 0) > 3);
    await run.saveCheckpoint();
    const { iteration } = (await store.list())[0]!;
    expect(iteration).toBeGreaterThan(3);
    await run.stop();
    await driving;
    const last = updates.at(-1)!;
    expect(last).toMatchObject({ phase: "stopped", savedIteration: last.iteration });
    expect(await store.list()).toMatchObject([{ iteration: last.iteration }]);
  });

  it("of a failed run are the last state that can be had, with the reason", async () => {
    const lost = { message: "The GPU went away.", kind: "deviceLost" };
    const good = counting(9, { failAt: 6, checkpoint: () => Promise.resolve(stateAt(4)) });
    await good.run.drive();
    expect(good.updates.at(-1)).toMatchObject({ phase: "failed", error: lost, savedIteration: 4 });
    expect(await good.store.list()).toMatchObject([{ iteration: 4, error: lost }]);
    const { losses } = (await good.store.read("r")).checkpoint!;
    expect(Array.from(losses.iterations)).toEqual([1, 2, 3, 4]);

    let reads = 0; // the first is of the interval, at the device's loss there is nothing to be read
    const checkpoint = () =>
      reads++ === 0 ? Promise.resolve(stateAt(3)) : Promise.reject(new Error("aborted"));
    const gone = counting(9, { failAt: 6, intervalMs: 3000, checkpoint });
    await gone.run.drive();
    const failed = gone.updates.at(-1)!;
    expect(failed).toMatchObject({ phase: "failed", error: lost, savedIteration: 3 });
    expect(failed.warning).toBeUndefined();
    expect(await gone.store.list()).toMatchObject([{ iteration: 3, error: lost }]);
  });

  it("of a state that is not a number are refused: the one before stays, with the reason", async () => {
    const state = (value: number) => ({
      ...stateAt(3),
      tensors: { images: { shape: [1], values: Float32Array.of(value) } },
    });
    let reads = 0;
    const checkpoint = () => Promise.resolve(state(reads++ === 0 ? 1 : NaN));
    const { run, store, updates } = counting(9, { failAt: 6, intervalMs: 3000, checkpoint });
    await run.drive();
    expect(updates.at(-1)).toMatchObject({ phase: "failed", warning: { kind: "diverged" } });
    expect(await store.list()).toMatchObject([{ iteration: 3, error: { kind: "deviceLost" } }]);
    expect((await store.read("r")).checkpoint!.tensors).toEqual(state(1).tensors);
  });

  it("leave nothing of a run that has learned nothing", async () => {
    const { run, store, updates } = counting(9, { failAt: 1 });
    await store.begin(
      { id: "r", config: stateAt(0).config, datasetName: "", datasetFingerprint: "", iterations: 9 },
      1,
    );
    await run.drive();
    expect(updates.at(-1)).toMatchObject({ phase: "failed", savedIteration: null });
    expect(await store.list()).toEqual([]);
  });

  it("that find no room are a warning until one is stored again; the run goes on", async () => {
    const { run, store, updates } = counting(40, { intervalMs: 10_000 });
    vi.spyOn(store, "save").mockRejectedValueOnce(new UserError("The storage is full.", "", "storageFull"));
    await run.drive();
    const warned = updates.filter(({ warning }) => warning);
    expect(warned[0]!.warning).toMatchObject({ kind: "storageFull" });
    expect(warned.every(({ savedIteration }) => savedIteration === null)).toBe(true);
    expect(updates.at(-1)).toMatchObject({ phase: "done", iteration: 40, savedIteration: 40 });
    expect(updates.at(-1)!.warning).toBeUndefined();
  });
});

describe("a run that goes on", () => {
  it("first tells all that was shown, then only what is new", async () => {
    const losses = { iterations: Int32Array.of(1, 2, 4), values: Float32Array.of(1, 0.5, 0.25) };
    const restored: Checkpoint = { ...stateAt(4), evaluations: [score], losses, elapsedMs: 4000 };
    const { run, updates, store } = counting(6, { first: 5, restored });
    await run.drive();
    const told = updates.flatMap((update) => update.losses.map(({ iteration }) => iteration));
    expect(told).toEqual([1, 2, 4, 5, 6]);
    expect(updates[0]).toMatchObject({ scores: [score], iterations: 6 });
    expect(updates.every(({ iteration }) => iteration >= 4)).toBe(true);
    expect(updates.at(-1)).toMatchObject({ phase: "done", iteration: 6, elapsed: 6 });
    expect(Array.from((await store.read("r")).checkpoint!.losses.iterations)).toEqual(told);
  });

  it("keeps its stored state when it is stopped before it has learned more", async () => {
    const restored: Checkpoint = {
      ...stateAt(4),
      losses: { iterations: new Int32Array(), values: new Float32Array() },
      elapsedMs: 1,
    };
    const first = counting(4);
    await first.run.drive();
    const { run, store, updates } = counting(1e6, { first: 5, restored, store: first.store });
    void run.stop();
    await run.drive();
    expect(updates.at(-1)!.phase).toBe("stopped");
    expect(await store.list()).toMatchObject([{ iteration: 4 }]);
  });
});
