import { UserError } from "@/shared/errors";
import {
  trajectoryId,
  type ExpertInfo,
  type ExpertState,
  type TrajectoryKey,
  type TrajectoryStore,
  type WeightPrecision,
} from "@/shared/trajectories";

interface StoredExpert {
  state: ExpertState;
  kept: Map<number, Float32Array<ArrayBuffer>>;
  accuracies: ExpertInfo["accuracies"];
}

/**
 * Expert trajectories in host memory: for the command line, benches and tests, and where a browser
 * stores nothing. It keeps every float, whatever precision is asked for.
 */
export class MemoryTrajectoryStore implements TrajectoryStore {
  private readonly byId = new Map<string, Map<number, StoredExpert>>();

  experts(key: TrajectoryKey): Promise<ExpertInfo[]> {
    const experts = [...this.of(key)].map(([expert, { state, kept, accuracies }]) => ({
      expert,
      trainedEpochs: state.epoch,
      epochs: [...kept.keys()].sort((a, b) => a - b),
      accuracies: [...accuracies],
    }));
    return Promise.resolve(experts.sort((a, b) => a.expert - b.expert));
  }

  save(
    key: TrajectoryKey,
    expert: number,
    state: ExpertState,
    keep: WeightPrecision | false,
    accuracy?: number,
  ): Promise<void> {
    const experts = this.of(key);
    const stored = experts.get(expert) ?? { state, kept: new Map(), accuracies: [] };
    experts.set(expert, stored);
    stored.state = {
      epoch: state.epoch,
      weights: state.weights.slice(),
      velocity: state.velocity?.slice() ?? null,
    };
    if (keep) stored.kept.set(state.epoch, state.weights.slice());
    if (accuracy !== undefined) {
      stored.accuracies = stored.accuracies.filter(({ epoch }) => epoch !== state.epoch);
      stored.accuracies.push({ epoch: state.epoch, accuracy });
    }
    return Promise.resolve();
  }

  state(key: TrajectoryKey, expert: number): Promise<ExpertState | null> {
    return Promise.resolve(this.of(key).get(expert)?.state ?? null);
  }

  weights(key: TrajectoryKey, expert: number, epoch: number): Promise<Float32Array<ArrayBuffer>> {
    const weights = this.of(key).get(expert)?.kept.get(epoch);
    if (!weights)
      return Promise.reject(
        new UserError(
          `Expert ${expert + 1} has no stored weights of epoch ${epoch}.`,
          "Train the experts again.",
        ),
      );
    return Promise.resolve(weights);
  }

  private of(key: TrajectoryKey): Map<number, StoredExpert> {
    const id = trajectoryId(key);
    const experts = this.byId.get(id) ?? new Map<number, StoredExpert>();
    this.byId.set(id, experts);
    return experts;
  }
}
