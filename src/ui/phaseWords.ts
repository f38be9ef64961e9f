import type { RunPhase } from "@/shared/run";

/** What the page calls the phases of a run, of an evaluation and of a study. */
export const PHASE_WORDS: Record<RunPhase, string> = {
  idle: "Not started",
  preparing: "Preparing",
  running: "Running",
  pausing: "Pausing",
  paused: "Paused",
  stopping: "Stopping",
  stopped: "Stopped",
  done: "Done",
  failed: "Failed",
  interrupted: "Interrupted",
};
