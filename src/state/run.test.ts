import { beforeEach, describe, expect, it } from "vitest";
import type { UnfinishedRun } from "@/shared/checkpoint";
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import type { RunUpdate } from "@/shared/run";
import { provideCommands, type Commands } from "./commands";
import { canExport, isActive, learnsNothing, useRun } from "./run";

type Post = (update: RunUpdate) => void;

const config = { datasetId: "d" } as ExperimentConfig;
const dataset = { id: "d", name: "shapes", classNames: ["a"] } as DatasetInfo;
const score = (iteration: number) => ({ iteration, accuracies: [0.5], mean: 0.5, std: 0 });
const update = (part: Partial<RunUpdate>): RunUpdate => ({
  runId: "r",
  savedIteration: null,
  phase: "running",
  iteration: 1,
  iterations: 10,
  losses: [],
  scores: [],
  iterationsPerSecond: null,
  elapsed: 0,
  eta: null,
  tensorBytes: 0,
  ...part,
});
const images = { pixels: new Uint8ClampedArray(4), width: 1, height: 1, count: 1, iteration: 1 };

let posts: Post[];
const engine = {
  start: (_config: ExperimentConfig, onUpdate: Post) => {
    posts.push(onUpdate);
    return Promise.resolve();
  },
  pause: () => Promise.reject(new UserError("There is no run.", "Begin one.")),
};

beforeEach(() => {
  posts = [];
  provideCommands({ engine } as unknown as Commands);
});

describe("useRun", () => {
  it("collects losses and scores, keeps the newest images", async () => {
    await useRun.getState().start(config, dataset);
    expect(useRun.getState().phase).toBe("preparing");
    posts[0]!(update({ losses: [{ iteration: 1, loss: 3 }], images, scores: [score(1)] }));
    posts[0]!(update({ iteration: 2, losses: [{ iteration: 2, loss: 2 }], scores: [score(1), score(2)] }));
    const { losses, scores, images: shown, phase } = useRun.getState();
    expect(losses.points.map(({ loss }) => loss)).toEqual([3, 2]);
    expect(scores.map(({ iteration }) => iteration)).toEqual([1, 2]);
    expect(shown).toBe(images);
    expect(phase).toBe("running");
  });

  it("says that nothing is learned when every update was skipped, and no longer once one has counted", async () => {
    await useRun.getState().start(config, dataset);
    const told = (iteration: number, skipped: number): boolean => {
      posts[0]!(update({ iteration, skipped, losses: [{ iteration, loss: 3 }] }));
      return learnsNothing(useRun.getState());
    };
    expect([told(2, 2), told(12, 12), told(13, 12), told(14, 13)]).toEqual([false, true, false, false]);
    posts[0]!(update({ iteration: 15, losses: [{ iteration: 15, loss: 3 }] }));
    expect(learnsNothing(useRun.getState())).toBe(false);
  });

  it("does not hear what an earlier run still says", async () => {
    await useRun.getState().start(config, dataset);
    await useRun.getState().start(config, dataset);
    posts[0]!(update({ iteration: 99 }));
    expect(useRun.getState().iteration).toBe(0);
    posts[1]!(update({ iteration: 5 }));
    expect(useRun.getState().iteration).toBe(5);
  });

  it("keeps a done run done when the engine dies afterwards, but has nothing to export any more", async () => {
    await useRun.getState().start(config, dataset);
    posts[0]!(update({ phase: "done", images }));
    expect(canExport(useRun.getState())).toBe(true);
    useRun.getState().fail({ name: "Error", message: "lost", hint: "" });
    expect(useRun.getState().phase).toBe("done");
    expect(canExport(useRun.getState())).toBe(false);
  });

  it("fails a run whose engine dies", async () => {
    await useRun.getState().start(config, dataset);
    expect(isActive(useRun.getState())).toBe(true);
    useRun.getState().fail({ name: "Error", message: "lost", hint: "" });
    expect(useRun.getState()).toMatchObject({ phase: "failed", error: { message: "lost" } });
  });

  it("shows why a command was refused", async () => {
    await useRun.getState().start(config, dataset);
    await useRun.getState().pause();
    expect(useRun.getState().error).toMatchObject({ message: "There is no run.", hint: "Begin one." });
  });

  it("goes on with an unfinished run: what is known of it at once, what the engine says later", async () => {
    const place = { iteration: 4, iterations: 9, savedAt: 1, bytes: 1 };
    const unfinished: UnfinishedRun = { id: "r", config, datasetName: "shapes", ...place };
    const changed = { ...config, run: { imageLr: 0.5 } };
    const asked: unknown[] = [];
    const resumeRun = (id: string, onUpdate: Post, changes: unknown) => {
      asked.push(id, changes);
      posts.push(onUpdate);
      expect(useRun.getState()).toMatchObject({
        phase: "preparing",
        iteration: 4,
        iterations: 9,
        runId: "r",
      });
      return Promise.resolve({ config: changed, dataset, iteration: 3, isOlder: true });
    };
    provideCommands({ engine: { ...engine, resumeRun } } as unknown as Commands);
    await useRun.getState().goOn(unfinished, null, { imageLr: 0.5 });
    expect(asked).toEqual(["r", { imageLr: 0.5 }]);
    expect(useRun.getState()).toMatchObject({ config: changed, dataset });
    expect(useRun.getState().note?.message).toContain("at iteration 3");
    const warning = { name: "UserError", message: "full", hint: "", kind: "storageFull" as const };
    posts[0]!(update({ savedIteration: 3, warning }));
    expect(useRun.getState()).toMatchObject({ warning, savedIteration: 3 });
    posts[0]!(update({ savedIteration: 8 }));
    expect(useRun.getState()).toMatchObject({ warning: null, savedIteration: 8 });
    expect(useRun.getState().note).not.toBeNull();
    useRun.getState().dismissNote();
    expect(useRun.getState().note).toBeNull();
  });
});
