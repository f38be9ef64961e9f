/** What goes on when the studio moves to another tab: there it is brought to a safe place, here it can go on. */
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

const STUDIES = [useEvaluating, useContinual, useArchitectures];

/** What this tab was shown is no longer computed anywhere; all of it can go on from what is stored. */
export function interruptWork(): void {
  useRun.getState().interrupt();
  interruptJobs();
}

function interruptJobs(): void {
  for (const study of STUDIES) study.getState().interrupt();
  useExperts.getState().interrupt();
}

/**
 * Pauses the run; ends studies and the training of experts, which keep what they have and are offered to go on there.
 * @throws UserError while something goes on that would be lost
 */
export async function settleWork(): Promise<void> {
  const busy = unfinished();
  if (busy) throw new UserError(`The other tab ${busy}.`, "Wait until that has ended, or end it there.");
  await pauseRun();
  const isAnyStudied = STUDIES.some((study) => isStudying(study.getState()));
  const isAnyTrained = isTraining(useExperts.getState());
  interruptJobs(); // before they end: what has ended by itself would not be offered any more
  if (isAnyStudied) await commands().engine.stopStudy();
  if (isAnyTrained) await commands().engine.stopExperts();
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
