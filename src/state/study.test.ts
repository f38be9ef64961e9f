import { beforeEach, expect, it } from "vitest";
import { UserError } from "@/shared/errors";
import type { RunPhase } from "@/shared/run";
import { provideCommands, type Commands } from "./commands";
import { createStudy, isStudying } from "./study";

interface Update {
  phase: RunPhase;
  done: number;
  total: number;
  eta: number | null;
}

let posts: ((update: Update) => void)[];
let given: string[];
const at = (phase: RunPhase): Update => ({ phase, done: 1, total: 2, eta: 3 });
const give = (name: string) => () => {
  given.push(name);
  return Promise.resolve();
};
const study = () =>
  createStudy<string, Update>({
    name: "The study",
    begin: (request, onUpdate) => {
      if (request === "wrong") return Promise.reject(new UserError("Width must be 1 or more.", "It was 0."));
      posts.push(onUpdate);
      return Promise.resolve();
    },
  });

beforeEach(() => {
  posts = [];
  given = [];
  const engine = { pauseStudy: give("pause"), resumeStudy: give("resume"), stopStudy: give("stop") };
  provideCommands({ engine } as unknown as Commands);
});

it("follows the updates of the newest study alone", async () => {
  const use = study();
  await use.getState().start("first");
  posts[0]!(at("running"));
  expect(isStudying(use.getState())).toBe(true);
  await use.getState().start("second");
  posts[0]!(at("done"));
  expect([use.getState().phase, use.getState().update]).toEqual(["preparing", null]);
  posts[1]!(at("done"));
  expect([use.getState().phase, use.getState().request]).toEqual(["done", "second"]);
});

it("is paused, resumed and stopped only while it goes on", async () => {
  const use = study();
  await use.getState().pause();
  await use.getState().start("one");
  posts[0]!(at("running"));
  await use.getState().pause();
  posts[0]!(at("paused"));
  await use.getState().resume();
  await use.getState().stop();
  posts[0]!(at("stopped"));
  await use.getState().stop();
  expect(given).toEqual(["pause", "resume", "stop"]);
});

it("says why it could not begin, and a lost engine changes nothing that has ended", async () => {
  const use = study();
  await use.getState().start("wrong");
  expect(use.getState().phase).toBe("failed");
  expect(use.getState().error).toMatchObject({ message: "Width must be 1 or more.", hint: "It was 0." });
  await use.getState().start("right");
  posts[0]!(at("done"));
  use.getState().fail({ name: "Error", message: "lost", hint: "" });
  expect([use.getState().phase, use.getState().error]).toEqual(["done", null]);
});
