import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ExpertNeeds, ExpertUpdate } from "@/shared/trajectories";
import { provideCommands, type Commands } from "./commands";
import { isTraining, useExperts } from "./experts";
import { useExpertSets } from "./expertSets";

const config = { datasetId: "a" } as ExperimentConfig;
const needs = { experts: 2, ready: 1, points: [{ expert: 0, epoch: 1, accuracy: 0.5 }] } as ExpertNeeds;
const update = (changed: Partial<ExpertUpdate>): ExpertUpdate => ({
  ...{ phase: "running", progress: { step: "Training", done: 1, total: 4 }, points: [], elapsed: 1, eta: 3 },
  ...changed,
});

let tell: (told: ExpertUpdate) => void;
const engine = {
  expertNeeds: vi.fn(() => Promise.resolve(needs)),
  trainExperts: vi.fn((_: ExperimentConfig, onUpdate: typeof tell) => {
    tell = onUpdate;
    return Promise.resolve();
  }),
  pauseExperts: vi.fn(() => Promise.resolve()),
  importExperts: vi.fn(() => Promise.reject(new Error("other images"))),
};
const data = { listExpertSets: vi.fn(() => Promise.resolve([])) };

beforeEach(() => {
  vi.clearAllMocks();
  useExperts.setState(useExperts.getInitialState());
  provideCommands({ engine, data, renewEngine: () => undefined } as unknown as Commands);
});

describe("experts", () => {
  it("show what is stored, and each new point once", async () => {
    await useExperts.getState().plan(config);
    expect(useExperts.getState().points).toEqual(needs.points);
    await useExperts.getState().train(config);
    tell(update({ points: [{ expert: 1, epoch: 1, accuracy: 0.25 }] }));
    tell(update({ points: [{ expert: 1, epoch: 1, accuracy: 0.75 }] }));
    expect(useExperts.getState()).toMatchObject({
      phase: "running",
      eta: 3,
      points: [
        { expert: 0, accuracy: 0.5 },
        { expert: 1, accuracy: 0.75 },
      ],
    });
    expect(data.listExpertSets).toHaveBeenCalled();
  });

  it("pause only while they are trained, and a lost engine ends that", async () => {
    await useExperts.getState().pause();
    expect(engine.pauseExperts).not.toHaveBeenCalled();
    await useExperts.getState().train(config);
    await useExperts.getState().pause();
    expect(engine.pauseExperts).toHaveBeenCalledOnce();
    expect(isTraining(useExperts.getState())).toBe(true);
    useExperts.getState().fail({ name: "UserError", message: "The engine ended.", hint: "" });
    expect(useExperts.getState()).toMatchObject({ phase: "failed", error: { message: "The engine ended." } });
    tell(update({ phase: "done" }));
    useExperts.getState().fail({ name: "UserError", message: "again", hint: "" });
    expect(useExperts.getState().phase).toBe("done");
  });

  it("tell a failed import and are free again", async () => {
    await useExpertSets.getState().importFiles([], "a");
    expect(useExpertSets.getState()).toMatchObject({ working: null, error: { message: "other images" } });
  });
});
