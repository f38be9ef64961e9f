/** What the engine worker says of a run before it is begun. */
import { expertNeeds } from "@/engine/experts";
import { estimateRun } from "@/engine/estimateRun";
import { kindsOf } from "@/engine/estimateTime";
import { measurePasses } from "@/engine/measurePasses";
import { planRun } from "@/engine/runPlan";
import type { ImageSource } from "@/shared/dataset";
import type { PassTimes } from "@/shared/estimating";
import { nextTurn } from "@/shared/nextTurn";
import type { BackendInfo } from "@/shared/run";
import type { TrajectoryStore } from "@/shared/trajectories";
import { backendLimits } from "@/tensor/memory";
import type { EngineCommands } from "./protocol";

export type EstimateCommands = Pick<EngineCommands, "estimateRun" | "measurePasses" | "stopMeasuring">;

/** Longest timing of a network's passes. */
const BUDGET_MS = 800;

export interface EstimateSurroundings {
  openSource: (datasetId: string) => Promise<ImageSource>;
  expertsFor: (info: ImageSource["info"]) => TrajectoryStore;
  backend: () => Promise<BackendInfo>;
  clock: () => number;
}

export function createEstimateHandlers(around: EstimateSurroundings): EstimateCommands {
  let isCancelled = false;
  let measuring: Promise<PassTimes | null> = Promise.resolve(null);

  return {
    async estimateRun(config, times) {
      const { info } = await around.openSource(config.datasetId);
      const { id, adapter } = await around.backend();
      const usesExperts = planRun(config, info).method.usesExperts;
      const needs = usesExperts ? await expertNeeds(config, info, around.expertsFor(info)) : null;
      return estimateRun({
        ...{ config, info, times, device: `${id} ${adapter}`, limits: backendLimits() },
        expertEpochs: needs?.missingEpochs ?? 0,
      });
    },

    async measurePasses(config) {
      const { info } = await around.openSource(config.datasetId);
      const { software } = await around.backend();
      const { network, augmentation, ...plan } = planRun(config, info);
      isCancelled = false;
      measuring = measurePasses({
        ...{ network, augmentation, kinds: kindsOf({ network, augmentation, ...plan }, info) },
        ...{ clock: around.clock, isCancelled: () => isCancelled },
        // in software every new GPU program takes a tenth of a second to build: only the first guess is made
        budgetMs: software ? 0 : BUDGET_MS,
        breathe: nextTurn, // so that Start is heard
      });
      return measuring;
    },

    async stopMeasuring() {
      isCancelled = true;
      await measuring.catch(() => null);
    },
  };
}
