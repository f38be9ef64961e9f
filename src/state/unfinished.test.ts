import { beforeEach, expect, it } from "vitest";
import type { UnfinishedJob, UnfinishedRun } from "@/shared/checkpoint";
import type { ExperimentConfig } from "@/shared/experiment";
import type { RunPhase } from "@/shared/run";
import { provideCommands, type Commands } from "./commands";
import { useEvaluating } from "./evaluating";
import { halfRate, useUnfinished } from "./unfinished";
import { rememberJobs, useJobs } from "./unfinishedJobs";

let jobs: UnfinishedJob[] = [];
let tell: (update: { phase: RunPhase; rows: [] }) => void = () => undefined;
const run = { id: "r", savedAt: 1 } as UnfinishedRun;
const data = {
  listUnfinished: () => Promise.resolve([run]),
  deleteUnfinished: () => Promise.reject(new Error("storage is gone")),
  listJobs: () => Promise.resolve(jobs),
  rememberJob: (job: UnfinishedJob) => Promise.resolve(jobs.push(job)),
  forgetJob: (kind: string) => Promise.resolve((jobs = jobs.filter((job) => job.kind !== kind))),
};
const engine = {
  evaluate: (_: unknown, onUpdate: typeof tell) => {
    tell = onUpdate;
    return Promise.resolve();
  },
};
const request = { snapshotIds: ["s"], protocol: { id: "standard", params: {} } } as never;

rememberJobs();
beforeEach(() => {
  jobs = [];
  provideCommands({ data, engine } as unknown as Commands);
});

it("a run that cannot be discarded stays in the list, with the reason", async () => {
  await useUnfinished.getState().load();
  await useUnfinished.getState().discard("r");
  expect(useUnfinished.getState()).toMatchObject({ list: [run], error: { message: "storage is gone" } });
});

it("a run goes on at half its rate, never below the least", () => {
  const at = (imageLr: number) => ({ config: { run: { imageLr } } as unknown as ExperimentConfig });
  expect(halfRate(at(0.3), 0.0001)).toEqual({ imageLr: 0.15 });
  expect(halfRate(at(0.0001), 0.0001)).toEqual({ imageLr: 0.0001 });
});

it("a job is remembered from its beginning until it is done or stopped, not when it fails", async () => {
  for (const [end, kept] of [
    ["done", 0],
    ["stopped", 0],
    ["failed", 1],
  ] as const) {
    await useEvaluating.getState().start(request);
    expect(jobs).toEqual([{ kind: "evaluation", request }]);
    tell({ phase: "running", rows: [] });
    expect(jobs).toHaveLength(1);
    tell({ phase: end, rows: [] });
    expect(jobs).toHaveLength(kept);
  }
});

it("a job of an earlier visit is offered until it goes on or is dismissed", async () => {
  const job: UnfinishedJob = { kind: "evaluation", request };
  jobs = [job];
  await useJobs.getState().load();
  expect(useJobs.getState().list).toEqual([job]);
  await useJobs.getState().forget("evaluation");
  expect([useJobs.getState().list, jobs]).toEqual([[], []]);
  jobs = [job];
  await useJobs.getState().load();
  jobs = [];
  await useJobs.getState().goOn(job);
  expect([useJobs.getState().list, jobs]).toEqual([[], [job]]);
});
