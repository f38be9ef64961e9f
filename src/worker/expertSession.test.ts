import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import type { ExpertEvent, ExpertUpdate } from "@/shared/trajectories";
import { ExpertSession } from "./expertSession";

/** Two batches per epoch, a point at each second one; every event takes 100 ms of a clock of its own. */
function session(epochs: number, failAt = Infinity) {
  let ms = 0;
  const closed = { yes: false };
  async function* train(): AsyncGenerator<ExpertEvent, void, void> {
    try {
      yield { step: "Loading images", done: 1, total: 1, isPreparing: true };
      for (let done = 1; done <= 2 * epochs; done++) {
        await Promise.resolve();
        ms += 100;
        if (done === failAt) throw new UserError("Expert 1 diverged.", "Lower the rate.");
        const isEnd = done % 2 === 0;
        yield {
          step: "Training",
          done,
          total: 2 * epochs,
          ...(isEnd && { expert: { expert: 0, epoch: done / 2, accuracy: 0.5 } }),
        };
      }
    } finally {
      closed.yes = true;
    }
  }
  const updates: ExpertUpdate[] = [];
  const options = { explain: (error: unknown) => error, clock: () => ms };
  const run = new ExpertSession({ ...options, run: train(), post: (update) => updates.push(update) });
  const until = async (wanted: () => boolean) => {
    const deadline = performance.now() + 5000;
    while (!wanted()) {
      if (performance.now() > deadline) throw new Error(`still ${updates.at(-1)?.phase}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  return { run, updates, closed, until };
}

describe("ExpertSession", () => {
  it("tells every point once, and a time that is left which comes true", async () => {
    const { run, updates, closed } = session(50);
    await run.drive();
    expect(updates.flatMap(({ points }) => points.map(({ epoch }) => epoch))).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    expect(updates.at(-1)).toMatchObject({ phase: "done", eta: null, progress: { done: 100, total: 100 } });
    for (const { phase, progress, eta, elapsed } of updates.filter((update) => update.eta !== null)) {
      expect(phase).toBe("running");
      expect(eta).toBeCloseTo(0.1 * (100 - progress!.done), 6);
      expect(elapsed + eta!).toBeCloseTo(10, 6);
    }
    expect(updates.filter(({ eta }) => eta !== null).length).toBeGreaterThan(5);
    expect(closed.yes).toBe(true);
  });

  it("holds while paused, goes on, and closes the training on stop", async () => {
    const { run, updates, closed, until } = session(1e6);
    const driving = run.drive();
    await until(() => (updates.at(-1)?.progress?.done ?? 0) > 3);
    run.pause();
    await until(() => updates.at(-1)!.phase === "paused");
    const held = updates.at(-1)!.progress!.done;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(updates.at(-1)!.progress!.done).toBe(held);
    run.resume();
    await until(() => updates.at(-1)!.progress!.done > held);
    await run.stop();
    await driving;
    expect(updates.at(-1)!.phase).toBe("stopped");
    expect(closed.yes).toBe(true);
  });

  it("turns a failure into the phase failed", async () => {
    const { run, updates } = session(5, 3);
    await run.drive();
    expect(updates.at(-1)).toMatchObject({
      phase: "failed",
      error: { message: "Expert 1 diverged.", hint: "Lower the rate." },
    });
  });
});
