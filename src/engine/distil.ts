import type { EngineState } from "@/shared/checkpoint";
import { UserError } from "@/shared/errors";
import type { Snapshot } from "@/shared/run";
import { Boundaries } from "./boundaries";
import type { Distillation, DistilOptions } from "./distillation";
import { distilLoop } from "./distilLoop";
import { snapshotOf } from "./engineState";
import { beginsWithSet, checkInitialSet } from "./initialSet";
import { checkResume, startingFrom } from "./resuming";
import { planRun } from "./runPlan";
import { readState, type RunState } from "./runState";

/**
 * Distils a dataset. To pause is to stop asking for the next event, to stop is `return()`. After every iteration comes
 * one "iteration" event, preceded by an "images" event when those are due, so that a pause after it shows its images.
 * All randomness comes from the seed of the config, through named forks: the same config gives the same images.
 * Awaits only the backend: a worker lets its messages in between two events by itself.
 * @throws UserError at once for a wrong setting, or a state or initial set that does not fit; from the generator when the run diverges
 *   or the device is lost
 */
export function distil(options: DistilOptions): Distillation {
  const { config, source, resumeFrom, initialSet } = options;
  const plan = planRun(config, source.info);
  if (resumeFrom) checkResume(config, source.info, resumeFrom);
  if (beginsWithSet(config, resumeFrom)) checkInitialSet(initialSet, plan.run, source.info);
  const { fingerprint: datasetFingerprint, name: datasetName } = source.info;
  const first = { datasetFingerprint, datasetName, iteration: 0, tensors: {}, evaluations: [] };
  const start: EngineState = { ...(resumeFrom ? startingFrom(resumeFrom, config) : first), config };
  const state: RunState = {
    boundaries: new Boundaries(start.firstLoss),
    evaluations: [...start.evaluations],
    stored: start,
  };
  const checkpoint = async (): Promise<EngineState> => {
    const current = state.boundaries.isEmpty ? state.stored : await readState(start, state);
    if (current) return current;
    throw new UserError(
      "The state of the run went away with its device.",
      "Go on from the last checkpoint.",
      "deviceLost",
    );
  };
  const snapshot = async (): Promise<Snapshot> => snapshotOf(await checkpoint(), source.info);
  return Object.assign(distilLoop(plan, options, start, state), { checkpoint, snapshot });
}
