/** What is done when the page is hidden or about to go: the run is stored, and whoever would lose something is asked. */
import { commands } from "./commands";
import { useDatasets } from "./datasets";
import { isTraining, useExperts } from "./experts";
import { canExport, isActive, useRun } from "./run";
import { useSnapshots } from "./snapshots";
import { useStorage } from "./storage";
import { useTabs, viewingReason } from "./tabs";

/** Listens for as long as the page lives. */
export function watchLeaving(): void {
  // what is hidden may be closed without another word
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && storeRun());
  window.addEventListener("pagehide", storeRun);
  window.addEventListener("beforeunload", (event) => {
    storeRun(); // the worker has until the page is really gone, and all the time of the question
    if (wouldLoseSomething()) event.preventDefault();
  });
}

function storeRun(): void {
  if (!isActive(useRun.getState()) || viewingReason(useTabs.getState())) return;
  commands()
    .engine.saveCheckpoint()
    .catch(() => undefined); // there is nobody left to tell
}

/** True when something is in memory alone: datasets, kept sets and experts without storage, or a run that is not stored. */
export function wouldLoseSomething(): boolean {
  if (viewingReason(useTabs.getState())) return false;
  const datasets = useDatasets.getState().list;
  const snapshots = useSnapshots.getState();
  const run = useRun.getState();
  if (datasets.some(({ inMemory }) => inMemory)) return true;
  if (isActive(run) && run.warning !== null) return true; // its newest state could not be stored
  if (canExport(run) && hasEnded(run) && run.iteration > 0 && snapshots.ofRunId === null) return true;
  if (useStorage.getState().place === "browser") return false;
  return (
    isActive(run) || isTraining(useExperts.getState()) || datasets.length > 0 || snapshots.list.length > 0
  );
}

const hasEnded = ({ phase }: ReturnType<typeof useRun.getState>): boolean =>
  phase === "done" || phase === "stopped";
