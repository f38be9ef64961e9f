/** Mean and standard deviation over the repetitions, by step, of what each memory reached. */
import type { ContinualUpdate } from "@/shared/evaluating";

export interface StepScore {
  mean: number; // 0..1
  std: number;
}

/** Population standard deviation. Null for a step without a finished repetition. */
export function stepScores(memory: ContinualUpdate["memories"][number], steps: number): (StepScore | null)[] {
  return Array.from({ length: steps }, (_, step) => {
    const known = (memory.accuracies[step] ?? []).filter(Number.isFinite);
    if (known.length === 0) return null;
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
    return { mean, std: Math.sqrt(variance) };
  });
}
