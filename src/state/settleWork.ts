/** Brings what goes on in this tab to a place where another tab can take over. */
import type { StoreApi } from "zustand";
import { UserError } from "@/shared/errors";
import { commands } from "./commands";
import { useEvaluating } from "./evaluating";
import { isTraining, useExperts } from "./experts";
import { useExpertSets } from "./expertSets";
import { useExporting } from "./exporting";
import { useImporting } from "./importing";
import { isActive, useRun } from "./run";
import { useArchitectures, useContinual } from "./studies";
import { isStudying } from "./study";

/**
 * Pauses the run; ends studies and the training of experts, which keep what they have and are begun again there.
 * @throws UserError while something goes on that would be lost
 */
export async function settleWork(): Promise<void> {
  const busy = unfinished();
  if (busy) throw new UserError(`The other tab ${busy}.`, "Wait until that has ended, or end it there.");
  await pauseRun();
  for (const study of [useEvaluating, useContinual, useArchitectures])
    if (isStudying(study.getState())) await study.getState().stop();
  if (isTraining(useExperts.getState())) await useExperts.getState().stop();
}

/** What must not be broken off, "" when there is nothing. */
function unfinished(): string {
  if (useImporting.getState().phase.kind !== "idle") return "is importing a dataset";
  if (useExpertSets.getState().working?.kind === "import") return "is importing experts";
  const isExporting = useExporting.getState().phase === "working" || useExpertSets.getState().working;
  return isExporting ? "is writing a file" : "";
}

/** Resolves once the state of the run is stored, to go on from. */
async function pauseRun(): Promise<void> {
  const isHeld = ({ phase }: ReturnType<typeof useRun.getState>) =>
    phase === "paused" || !isActive({ phase });
  if (!isHeld(useRun.getState())) await useRun.getState().pause();
  await until(useRun, isHeld);
  if (isActive(useRun.getState())) await commands().engine.saveCheckpoint();
}

/** Resolves once a store is as wanted. */
function until<T>(
  store: Pick<StoreApi<T>, "getState" | "subscribe">,
  isWanted: (state: T) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    if (isWanted(store.getState())) return resolve();
    const unsubscribe = store.subscribe((state) => {
      if (!isWanted(state)) return;
      unsubscribe();
      resolve();
    });
  });
}
