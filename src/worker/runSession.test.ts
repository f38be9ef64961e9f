import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import type { RunEvent } from "@/shared/run";
import type { RunSession } from "./runSession";
import { iterationEvents, testSession } from "./testRun";

/** A run of `iterations` iterations that says when it was closed. */
async function* iterate(
  iterations: number,
  closed: { yes: boolean },
  failAt: number,
): AsyncGenerator<RunEvent, void, void> {
  try {
    yield { kind: "preparing", step: "images", done: 0, total: 1 };
    for (let iteration = 1; iteration <= iterations; iteration++) {
      await Promise.resolve();
      if (iteration === failAt) throw new UserError("The loss is not a number.", "Lower the rate.");
      yield* iterationEvents(iteration);
    }
  } finally {
    closed.yes = true;
  }
}

function session(iterations: number, failAt = Infinity) {
  const closed = { yes: false };
  return { closed, ...testSession(() => iterate(iterations, closed, failAt), iterations) };
}

describe("RunSession", () => {
  it("runs to the end and reports every loss once, in order", async () => {
    const { run, updates, closed } = session(200);
    await run.drive();
    expect(updates.at(-1)).toMatchObject({ phase: "done", iteration: 200, iterations: 200 });
    expect(updates.flatMap((update) => update.losses.map(({ iteration }) => iteration))).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
    expect(closed.yes).toBe(true);
  });

  it("tells every point of the experts' curves once while it prepares", async () => {
    async function* prepare(): AsyncGenerator<RunEvent, void, void> {
      for (let epoch = 1; epoch <= 20; epoch++) {
        await Promise.resolve();
        const expert = { expert: 0, epoch, accuracy: epoch / 20 };
        yield { kind: "preparing", step: "experts", done: 2 * epoch - 1, total: 40 };
        yield { kind: "preparing", step: "experts", done: 2 * epoch, total: 40, expert };
      }
      yield { kind: "iteration", iteration: 1, loss: 1 };
    }
    const { run, updates } = testSession(prepare, 1);
    await run.drive();
    const points = updates.flatMap(({ preparing }) => preparing?.expert ?? []);
    expect(points.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(updates.at(-1)).toMatchObject({ phase: "done", iteration: 1 });
  });

  it("holds while paused, steps once, and goes on", async () => {
    const { run, updates, phase, until } = session(1e6);
    const driving = run.drive();
    await until(() => (updates.at(-1)?.iteration ?? 0) > 3);
    run.pause();
    await until(() => phase() === "paused");
    const held = updates.at(-1)!.iteration;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(updates.at(-1)!.iteration).toBe(held);
    run.step();
    await until(() => phase() === "paused");
    expect(updates.at(-1)!.iteration).toBe(held + 1);
    expect(updates.findLast(({ images }) => images)?.images?.iteration).toBe(held + 1);
    run.resume();
    await until(() => updates.at(-1)!.iteration > held + 5);
    void run.stop();
    await driving;
    expect(phase()).toBe("stopped");
  });

  it("pauses at an iteration that is shown, also when most are not", async () => {
    async function* iterate(session: () => RunSession): AsyncGenerator<RunEvent, void, void> {
      for (let iteration = 1; iteration <= 1e6; iteration++) {
        const due = session().displayDue(); // asked before the iteration is computed, as the engine does
        await new Promise((resolve) => setTimeout(resolve, 2));
        const size = { width: 1, height: 1, count: 1 };
        if (due) yield { kind: "images", iteration, pixels: new Uint8ClampedArray(4), ...size };
        yield { kind: "iteration", iteration, loss: null };
        yield { kind: "preparing", step: "Training the network", done: 0, total: 0 };
      }
    }
    const { run, updates } = testSession(iterate, 1e6);
    void run.drive();
    for (let pause = 0; pause < 5; pause++) {
      await new Promise((resolve) => setTimeout(resolve, 23 + 7 * pause));
      run.pause();
      while (updates.at(-1)?.phase !== "paused") await new Promise((resolve) => setTimeout(resolve, 1));
      const shown = updates.findLast(({ images }) => images)!.images!;
      expect(shown.iteration).toBe(updates.at(-1)!.iteration);
      run.resume();
    }
    await run.stop();
  });

  it("closes the generator on stop, also while paused", async () => {
    const { run, closed, phase, until } = session(1e6);
    const driving = run.drive();
    run.pause();
    await until(() => phase() === "paused");
    void run.stop();
    await driving;
    expect(phase()).toBe("stopped");
    expect(closed.yes).toBe(true);
  });

  it("turns a failure into the phase failed with what and hint", async () => {
    const { run, updates } = session(10, 4);
    await run.drive();
    expect(updates.at(-1)).toMatchObject({
      phase: "failed",
      iteration: 3,
      error: { name: "UserError", message: "The loss is not a number.", hint: "Lower the rate." },
    });
  });
});
