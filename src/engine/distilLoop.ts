/** The loop of a run: loads, begins the method, and updates the synthetic set again and again. */
import * as tf from "@tensorflow/tfjs";
import type { EngineState } from "@/shared/checkpoint";
import { Random } from "@/shared/random";
import type { Preparation, RunEvent } from "@/shared/run";
import { trimBuffers, trimIdleBuffers } from "@/tensor/bufferPool";
import type { Boundaries } from "./boundaries";
import { imagesPerPassOf } from "./classMeans";
import type { DistilOptions } from "./distillation";
import { savedTensors, snapshotOf } from "./engineState";
import type { MethodContext, MethodRun } from "./methods/method";
import { loadRealData } from "./realData";
import { tensorsOfSet } from "./initialSet";
import { measureKernels } from "./preparing";
import { rehearse } from "./rehearsal";
import { relay } from "./relay";
import { evaluateSet, evaluationDue } from "./runEvaluation";
import type { RunPlan } from "./runPlan";
import { readState, tensorsOf, type RunState } from "./runState";
import { SyntheticSet, firstImages } from "./syntheticSet";
import { MemoryTrajectoryStore } from "./trajectories/memoryTrajectoryStore";

/** Iterations after which graphics memory goes that none of them has needed. */
const TRIM_INTERVAL = 50;

/**
 * The events of a run, from `start` to its end; frees everything when it ends or is ended.
 * @param state kept up to date for whoever asks for it meanwhile
 */
export async function* distilLoop(
  plan: RunPlan,
  options: DistilOptions,
  start: EngineState,
  state: RunState,
): AsyncGenerator<RunEvent, void, void> {
  const { run, network, augmentation, method } = plan;
  const {
    source,
    signal,
    initialSet,
    showImages = false,
    shouldRead = (iteration) => iteration % 10 === 0,
  } = options;
  const { boundaries } = state;
  const random = new Random(run.seed);
  const total = run.iterations;
  trimBuffers(); // of what was computed before
  let iteration = start.iteration; // updates made so far

  const { preprocessing } = run;
  const loading = loadRealData(source, { preprocessing, ...(signal && { signal }) });
  const realData = yield* relay(loading, preparing);
  if (preprocessing !== "standard") state.toBytes = (images) => realData.preprocessed.toBytes(images);
  const imagesPerPass = imagesPerPassOf(network);
  // at iteration 0 everything follows from the seed and the set that the run begins with
  const saved = iteration > 0 ? savedTensors(start) : undefined;
  const begun = initialSet && { tensors: tensorsOfSet(initialSet), isWhole: false };

  let methodRun: MethodRun | null = null;
  const syn = new SyntheticSet(
    firstImages(realData, run.ipc, run.init, random.fork("first images")),
    realData,
    run.ipc,
    { learningRate: run.imageLr, momentum: run.momentum },
    saved ? { tensors: saved, isWhole: true } : begun,
  );
  try {
    const images = async (): Promise<RunEvent> => ({
      kind: "images",
      iteration,
      pixels: await syn.picture(await syn.read()),
      width: syn.shape.width,
      height: syn.shape.height,
      count: syn.labels.length,
    });
    if (showImages) yield await images();

    const context: MethodContext = {
      params: plan.methodParams,
      run,
      network,
      augmentation,
      realData,
      syn,
      imagesPerPass,
      config: plan.config,
      datasetFingerprint: source.info.fingerprint,
      trajectories: options.trajectories ?? new MemoryTrajectoryStore(),
      random: random.fork("method"),
      ...(saved && { saved: (name, shape) => saved(`method.${name}`, shape) }),
    };
    const starting = method.start(context as never);
    const drawn = syn.images.dataId;
    methodRun = Symbol.asyncIterator in starting ? yield* relay(starting, preparing) : starting;
    if (showImages && syn.images.dataId !== drawn) yield await images(); // the method chose others

    const steps = random.fork("steps");
    boundaries.add(iteration, tensorsOf(syn, methodRun));
    if (iteration > 0) yield* betweenUpdates(methodRun);
    const next = { iteration, random: steps.fork(iteration) };
    if (iteration < total) yield* rehearse({ method, context, ...next });
    yield* relay(measureKernels(), preparing); // of what the rehearsal has met
    while (iteration < total) {
      await methodRun.prepare?.(iteration);
      const earlier = boundaries.checked;
      update(methodRun, syn, boundaries, iteration, steps.fork(iteration));
      iteration++;
      const due = shouldRead(iteration) || iteration === total;
      // Never more than two iterations are in flight: a longer queue would delay a pause by all of it.
      let loss = await earlier; // in order, so that the first that diverged is named
      if (due) loss = await boundaries.checked;
      boundaries.settle();
      yield* relay(measureKernels(), preparing); // of what was computed for the first time
      if (iteration % TRIM_INTERVAL === 0) trimIdleBuffers();
      if (due && showImages) yield await images();
      const skipped = due ? await syn.skippedUpdates() : null;
      yield { kind: "iteration", iteration, loss: due ? loss : null, ...(skipped && { skipped }) };
      yield* betweenUpdates(methodRun);
    }
    state.stored = await readState(start, state);
    yield { kind: "done", snapshot: snapshotOf(state.stored, source.info) };

    /** What follows an update, and comes before the next: what a run that goes on starts with. */
    async function* betweenUpdates(atWork: MethodRun): AsyncGenerator<RunEvent> {
      const isEvaluated = state.evaluations.some((score) => score.iteration === iteration);
      if (evaluationDue(plan, iteration) && !isEvaluated) {
        await boundaries.checked; // nothing is evaluated that is not finite
        const score = yield* evaluateSet(plan, context, iteration, random.fork("evaluation").fork(iteration));
        state.evaluations.push(score);
        yield { kind: "evaluation", score };
      }
      if (!atWork.afterUpdate || iteration === total) return;
      const own = steps.fork(iteration - 1).fork("after");
      try {
        yield* relay(atWork.afterUpdate(iteration, own), (progress): RunEvent => ({
          kind: "preparing",
          ...(progress ?? { step: "Training the network", done: 0, total: 0 }),
        }));
      } catch (error) {
        await boundaries.checked; // images that diverged are the cause of what they are used for
        throw error;
      }
    }
  } finally {
    // When the run is stopped, its last state stays available; a lost device has nothing left to read.
    if (!boundaries.isEmpty) state.stored = await readState(start, state).catch(() => null);
    boundaries.dispose();
    methodRun?.dispose?.();
    syn.dispose();
  }
}

const preparing = (progress: Preparation): RunEvent => ({ kind: "preparing", ...progress });

/** One update, and the boundary behind it. */
function update(
  method: MethodRun,
  syn: SyntheticSet,
  boundaries: Boundaries,
  iteration: number,
  random: Random,
): void {
  tf.tidy(() => {
    const { loss, gradients, counts } = method.step(iteration, random);
    syn.update(gradients, counts);
    boundaries.add(iteration + 1, tensorsOf(syn, method), loss);
  });
}
