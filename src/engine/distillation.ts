/** What a run is asked for, and what it can be asked while it goes on. */
import type { EngineState } from "@/shared/checkpoint";
import type { ImageSource } from "@/shared/dataset";
import type { ExperimentConfig } from "@/shared/experiment";
import type { RunEvent, Snapshot } from "@/shared/run";
import type { TrajectoryStore } from "./trajectories/trajectoryStore";

export interface DistilOptions {
  config: ExperimentConfig;
  source: ImageSource;
  /** True when the display is due: the engine then reads the loss and the images back. Default: every 10 iterations. */
  shouldRead?: (iteration: number) => boolean;
  /** Also yield "images" events when the display is due. */
  showImages?: boolean;
  /** What the run begins with, where its config says that it begins with a kept set. */
  initialSet?: Snapshot;
  /** Ends loading early; a run under way is ended by `return()`. */
  signal?: AbortSignal;
  /** Where expert trajectories are kept; default: in memory, for this run alone. */
  trajectories?: TrajectoryStore;
  /**
   * A checkpoint to go on from. With the same config and backend the rest of the run is the same, bit by bit, as if
   * it had never been interrupted; the config may differ in the rates of what is learned and in the evaluation.
   */
  resumeFrom?: EngineState;
}

/** The events of a run; `return()` ends it and frees everything. */
export interface Distillation extends AsyncGenerator<RunEvent, void, void> {
  /**
   * The synthetic set of `checkpoint()`.
   * @throws UserError if there is none yet
   */
  snapshot(): Promise<Snapshot>;
  /**
   * The state to go on from: that after the last update, or after the last good one when the run has diverged. To be
   * asked for between two events, whatever the run is at, or after the end; not to be changed.
   * @throws UserError "deviceLost" after the end if the device took the state with it
   */
  checkpoint(): Promise<EngineState>;
}
