/** Experts as a step of their own: what a config needs of them, and their training without the run behind it. */
import type { DatasetInfo, ImageSource } from "@/shared/dataset";
import { epochsBytes } from "@/shared/epochBytes";
import { UserError } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ExpertEvent, ExpertNeeds, TrajectoryStore } from "@/shared/trajectories";
import { imagesPerPassOf } from "./classMeans";
import { loadRealData } from "./realData";
import { relay } from "./relay";
import { planRun, type RunPlan } from "./runPlan";
import {
  neededEpochs,
  trainNeededExperts,
  trajectoryKey,
  type TrajectoryParams,
} from "./trajectories/expertPlan";

/**
 * Trains the experts of a config without the run behind them. To pause is to stop asking for the next event; what
 * `return()` interrupts goes on at the expert's last stored epoch.
 * @throws UserError at once for a wrong setting; from the generator when an expert diverges or cannot be stored
 */
export function prepareExperts(
  config: ExperimentConfig,
  source: ImageSource,
  trajectories: TrajectoryStore,
): AsyncGenerator<ExpertEvent, void, void> {
  const { plan, params } = planExperts(config, source.info);
  return train();

  async function* train(): AsyncGenerator<ExpertEvent, void, void> {
    const { preprocessing } = plan.run;
    const realData = yield* relay(loadRealData(source, { preprocessing }), (progress): ExpertEvent => ({
      isPreparing: true,
      ...progress,
    }));
    yield* trainNeededExperts({
      params,
      config,
      datasetFingerprint: source.info.fingerprint,
      network: plan.network,
      realData,
      augmentation: plan.augmentation,
      imagesPerPass: imagesPerPassOf(plan.network),
      trajectories,
    });
  }
}

/**
 * What a config needs and how much of it is there.
 * @throws UserError for a wrong setting, or a method without experts
 */
export async function expertNeeds(
  config: ExperimentConfig,
  info: DatasetInfo,
  store: TrajectoryStore,
): Promise<ExpertNeeds> {
  const { plan, params } = planExperts(config, info);
  const key = trajectoryKey(config, info.fingerprint, params);
  const epochs = neededEpochs(params);
  const last = Math.max(...epochs);
  const known = (await store.experts(key)).filter(({ expert }) => expert < params.experts);
  const ready = known.filter((one) => epochs.every((epoch) => one.epochs.includes(epoch)));
  const begun = known.filter(
    (one) =>
      !ready.includes(one) &&
      epochs.every((epoch) => epoch > one.trainedEpochs || one.epochs.includes(epoch)),
  );
  const begunEpochs = begun.reduce((sum, { trainedEpochs }) => sum + trainedEpochs, 0);
  const { weightCount } = plan.network;
  const stored = epochsBytes(params.expertPrecision, epochs.length, weightCount);
  const state = weightCount * (params.expertMomentum === 0 ? 4 : 8);
  return {
    key,
    experts: params.experts,
    epochs,
    ready: ready.length,
    missingEpochs: (params.experts - ready.length) * last - begunEpochs,
    bytes: params.experts * (stored + state),
    points: known.flatMap(({ expert, accuracies }) =>
      accuracies.map(({ epoch, accuracy }) => ({ expert, epoch, accuracy })),
    ),
  };
}

function planExperts(
  config: ExperimentConfig,
  info: DatasetInfo,
): { plan: RunPlan; params: TrajectoryParams } {
  const plan = planRun(config, info);
  if (!plan.method.usesExperts)
    throw new UserError(`${plan.method.label} needs no experts.`, "Choose a trajectory matching method.");
  return { plan, params: plan.methodParams as TrajectoryParams };
}
