/** The evaluation in the middle of a run: freshly trained networks score the synthetic set as it is. */
import type { EvaluationScore, RunEvent } from "@/shared/run";
import { throwIfBackendFailed } from "@/tensor/backend";
import type { MethodContext } from "./methods/method";
import type { Random } from "@/shared/random";
import { relay } from "./relay";
import type { RunPlan } from "./runPlan";

/** Whether an evaluation follows this iteration. */
export function evaluationDue({ run, evaluation, evaluationParams }: RunPlan, iteration: number): boolean {
  const interval = evaluation.interval(evaluationParams as never);
  return interval > 0 && (iteration % interval === 0 || iteration === run.iterations);
}

/** @returns the score; the caller tells it, once it has taken it in */
export async function* evaluateSet(
  plan: RunPlan,
  { syn, network, augmentation, realData, imagesPerPass }: MethodContext,
  iteration: number,
  random: Random,
): AsyncGenerator<RunEvent, EvaluationScore> {
  const targets = syn.targets();
  try {
    const accuracies = yield* relay(
      plan.evaluation.evaluate({
        params: plan.evaluationParams as never,
        network,
        augmentation,
        images: syn.images,
        targets,
        ...(syn.learns("synLr") && { synLr: (await syn.value("synLr").data())[0]! }),
        realData,
        imagesPerPass,
        random,
      }),
      ({ network, networks, epoch, epochs, preparing }): RunEvent => ({
        ...{ kind: "evaluating", iteration },
        ...{ network, networks, epoch, epochs },
        ...(preparing && { preparing }),
      }),
    );
    throwIfBackendFailed();
    return scoreOf(iteration, accuracies);
  } finally {
    targets.dispose();
  }
}

/** Mean and population standard deviation. */
export function scoreOf(iteration: number, accuracies: number[]): EvaluationScore {
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
  const variance = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0) / accuracies.length;
  return { iteration, accuracies, mean, std: Math.sqrt(variance) };
}
