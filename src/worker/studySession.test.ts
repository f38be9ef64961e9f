import { expect, it } from "vitest";
import type { StudyStep } from "@/engine/studies/study";
import { StudySession, type StudyProgress } from "./studySession";

interface State {
  done: number;
}

it("tells what is done first, until the work goes on, and counts its time to no network", async () => {
  let ms = 0;
  async function* study(): AsyncGenerator<StudyStep<State>, void, void> {
    const state = { done: 0 };
    for (let done = 0; done <= 3; done++) {
      await Promise.resolve();
      ms += 1000;
      yield { share: 0, state, preparing: { step: "Preparing the GPU", done, total: 3 } };
    }
    for (const share of [0.25, 0.5, 0.75, 1]) {
      ms += 2000;
      yield { share, state };
    }
  }
  const updates: (State & StudyProgress)[] = [];
  const session = new StudySession<State>({
    run: study(),
    explain: (error) => error,
    clock: () => ms,
    first: { done: 0 },
    tell: (update) => updates.push(update),
  });
  await session.drive();
  const told = updates.map(({ phase, preparing, eta }) => [phase, preparing?.done ?? null, eta]);
  expect(told).toEqual([
    ...[0, 1, 2, 3].map((done) => ["preparing", done, null]),
    ...[6, 4, 2, 0].map((eta) => ["running", null, eta]),
    ["done", null, null],
  ]);
});
