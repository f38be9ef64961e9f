/** Where expert trajectories are kept, as the engine sees it; the types are shared with the stores. */
export { trajectoryId } from "@/shared/trajectories";
export type {
  ExpertInfo,
  ExpertState,
  TrajectoryKey,
  TrajectoryStore,
  WeightPrecision,
} from "@/shared/trajectories";
