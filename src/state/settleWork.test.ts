import { expect, it } from "vitest";
import type { UnfinishedJob } from "@/shared/checkpoint";
import type { DatasetInfo } from "@/shared/dataset";
import type { EvaluationUpdate } from "@/shared/evaluating";
import type { ExperimentConfig } from "@/shared/experiment";
import type { RunUpdate } from "@/shared/run";
import { provideCommands, type Commands } from "./commands";
import { useEvaluating } from "./evaluating";
import { useRun } from "./run";
import { interruptWork, settleWork } from "./settleWork";
import { rememberJobs } from "./unfinishedJobs";

const request = { snapshotIds: ["s"], protocol: { id: "standard", params: {} } } as never;
const losses = [{ iteration: 7, loss: 1 }];
const pictures = { pixels: new Uint8ClampedArray(4), width: 1, height: 1, count: 1, iteration: 7 };
const running = { runId: "r", phase: "running", iteration: 7, losses, images: pictures, scores: [] };

it("what another tab computed reads as interrupted, with all that was shown, and not as failed", async () => {
  const data = { rememberJob: () => Promise.resolve() };
  const engine = {
    start: (_: unknown, onUpdate: (update: RunUpdate) => void) =>
      Promise.resolve(onUpdate(running as unknown as RunUpdate)),
    evaluate: (_: unknown, onUpdate: (update: EvaluationUpdate) => void) =>
      Promise.resolve(onUpdate({ phase: "running", rows: [] } as unknown as EvaluationUpdate)),
  };
  provideCommands({ data, engine } as unknown as Commands);
  await useRun.getState().start({} as ExperimentConfig, {} as DatasetInfo);
  await useEvaluating.getState().start(request);
  interruptWork();
  expect(useRun.getState()).toMatchObject({
    phase: "interrupted",
    error: null,
    iteration: 7,
    images: { iteration: 7 },
    losses: { points: losses },
    isLost: true,
  });
  expect(useEvaluating.getState()).toMatchObject({ phase: "interrupted", error: null });
});

it("a job that ends because the studio moves to another tab is offered there", async () => {
  let jobs: UnfinishedJob[] = [];
  let tell: (update: EvaluationUpdate) => void = () => undefined;
  const data = {
    rememberJob: (job: UnfinishedJob) => Promise.resolve(jobs.push(job)),
    forgetJob: () => Promise.resolve((jobs = [])),
  };
  const engine = {
    evaluate: (_: unknown, onUpdate: typeof tell) => {
      tell = onUpdate;
      return Promise.resolve(onUpdate({ phase: "running", rows: [] } as unknown as EvaluationUpdate));
    },
    stopStudy: () => Promise.resolve(tell({ phase: "stopped", rows: [] } as unknown as EvaluationUpdate)),
  };
  provideCommands({ data, engine } as unknown as Commands);
  rememberJobs();
  await useEvaluating.getState().start(request);
  await settleWork();
  expect(useEvaluating.getState().phase).toBe("interrupted");
  expect(jobs).toEqual([{ kind: "evaluation", request }]);
});
