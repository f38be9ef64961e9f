import type { NetworkScore, ScoreKey, ScoreStore } from "@/shared/evaluating";

/** Scores in memory: for tests and benches. */
export class MemoryScores implements ScoreStore {
  private readonly scores = new Map<string, NetworkScore>();

  get(key: ScoreKey): Promise<NetworkScore | null> {
    return Promise.resolve(this.scores.get(textOf(key)) ?? null);
  }

  put(key: ScoreKey, score: NetworkScore): Promise<void> {
    this.scores.set(textOf(key), score);
    return Promise.resolve();
  }
}

const textOf = ({ owner, subject, recipe, index }: ScoreKey): string =>
  JSON.stringify([owner, subject, recipe, index]);
