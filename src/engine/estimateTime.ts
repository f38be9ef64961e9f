/** How long a run takes, from the times of its passes: whitening, matching, evaluations, and the experts that are missing. */
import type { DatasetInfo } from "@/shared/dataset";
import type { PassTimes, RunEstimate, TimedWork } from "@/shared/estimating";
import { imagesPerPassOf } from "./classMeans";
import { trainingPasses, workOf } from "./estimateMemory";
import { WHITENING_BATCH } from "./preprocessing/whitenedImages";
import { whiteningRows } from "./preprocessing/whiteningCost";
import type { RunPlan } from "./runPlan";

/** Images of one pass of a test (`evaluation/trainAndTest.ts`). */
const TEST_BATCH = 256;

/** The kinds of passes a run makes, all of which have to be timed. */
export function kindsOf(plan: RunPlan, info: DatasetInfo): TimedWork[] {
  const kinds = new Set<TimedWork>(workOf(plan, info).passes.map(({ kind }) => kind));
  if (trainingPasses(plan, info).length > 0)
    for (const kind of ["view", "forward", "weightGradient"] as const) kinds.add(kind);
  if (plan.run.preprocessing === "zca") kinds.add("whitening");
  return [...kinds];
}

/**
 * Seconds of each part.
 * @param expertEpochs epochs of experts that have to be trained first
 */
export function estimateTime(
  plan: RunPlan,
  info: DatasetInfo,
  times: PassTimes,
  expertEpochs = 0,
): NonNullable<RunEstimate["time"]> {
  const { run, network, evaluation, evaluationParams, methodParams } = plan;
  const limit = network.statisticsCount > 0 ? Infinity : imagesPerPassOf(network);
  const inParts = (kind: TimedWork, images: number, most: number): number => {
    const { fixed, perImage } = times.kinds[kind] ?? { fixed: 0, perImage: 0 };
    return (fixed * Math.max(1, Math.ceil(images / most)) + perImage * images) / 1000;
  };
  const pass = (kind: TimedWork, images: number): number => inParts(kind, images, limit);
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  /** Seeing this many images in updates of one batch each. */
  const training = (images: number, batch: number, gradients = 1): number =>
    (images / batch) * (pass("view", batch) + gradients * pass("weightGradient", batch));
  const testImages = sum(info.counts.test);
  const test = (testImages / TEST_BATCH) * (pass("forward", TEST_BATCH) + pass("view", TEST_BATCH));

  const iteration = workOf(plan, info).passes.reduce(
    (seconds, { kind, images, times }) => seconds + times * pass(kind, images),
    0,
  );
  const interval = evaluation.interval(evaluationParams as never);
  const evaluations = interval > 0 ? Math.ceil(run.iterations / interval) : 0;
  const setImages = info.classNames.length * run.ipc;
  const batch = Math.min(setImages, Number(evaluationParams["batch"] ?? setImages));
  const networks = evaluations * evaluation.networks(evaluationParams as never);
  const seen = evaluation.imagesSeen(evaluationParams as never, setImages);
  return {
    whitening: run.preprocessing === "zca" ? inParts("whitening", whiteningRows(info), WHITENING_BATCH) : 0,
    matching: run.iterations * iteration,
    evaluations: networks === 0 ? 0 : networks * (training(seen, batch) + test),
    experts:
      expertEpochs === 0
        ? 0
        : expertEpochs *
          (training(
            sum(info.counts.train),
            Number(methodParams["expertBatch"]),
            methodParams["expertDescent"] === "flat" ? 2 : 1,
          ) +
            test),
    basis: times.basis,
  };
}
