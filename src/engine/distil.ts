import * as tf from "@tensorflow/tfjs";
import type { EngineState } from "@/shared/checkpoint";
import type { ImageSource } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import { Random } from "@/shared/random";
import type { EvaluationScore, RunEvent, Snapshot } from "@/shared/run";
import { Boundaries } from "./boundaries";
import { imagesPerPassOf } from "./classMeans";
import { savedTensors, snapshotOf, storeTensors } from "./engineState";
import type { MethodContext, MethodRun } from "./methods/method";
import { loadRealData } from "./realData";
import { relay } from "./relay";
import { checkResume } from "./resuming";
import { evaluateSet, evaluationDue } from "./runEvaluation";
import type { RunPlan } from "./runPlan";
import { planRun } from "./runPlan";
import { SyntheticSet, firstImages } from "./syntheticSet";
import { MemoryTrajectoryStore } from "./trajectories/memoryTrajectoryStore";
import type { TrajectoryStore } from "./trajectories/trajectoryStore";

export interface DistilOptions {
  config: ExperimentConfig;
  source: ImageSource;
  /** True when the display is due: the engine then reads the loss and the images back. Default: every 10 iterations. */
  shouldRead?: (iteration: number) => boolean;
  /** Also yield "images" events when the display is due. */
  showImages?: boolean;
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

/** What the run shares with whoever asks for its state meanwhile. */
interface RunState {
  /** On the backend, while the run is under way. */
  boundaries: Boundaries;
  evaluations: EvaluationScore[];
  /** On the host, before and after that; null when it could not be read. */
  stored: EngineState | null;
}

/**
 * Distils a dataset. To pause is to stop asking for the next event, to stop is `return()`. After every iteration comes
 * one "iteration" event, preceded by an "images" event when those are due, so that a pause after it shows its images.
 * All randomness comes from the seed of the config, through named forks: the same config gives the same images.
 * Awaits only the backend: a worker lets its messages in between two events by itself.
 * @throws UserError at once for a wrong setting or a state that does not fit; from the generator when the run diverges
 *   or the device is lost
 */
export function distil(options: DistilOptions): Distillation {
  const { config, source, resumeFrom } = options;
  const plan = planRun(config, source.info);
  if (resumeFrom) checkResume(config, source.info, resumeFrom);
  const { fingerprint: datasetFingerprint, name: datasetName } = source.info;
  const first = { datasetFingerprint, datasetName, iteration: 0, tensors: {}, evaluations: [] };
  const start: EngineState = { ...(resumeFrom ?? first), config };
  const state: RunState = {
    boundaries: new Boundaries(),
    evaluations: [...start.evaluations],
    stored: start,
  };
  const checkpoint = async (): Promise<EngineState> => {
    const current = state.boundaries.isEmpty ? state.stored : await readState(start, state);
    if (current) return current;
    throw new UserError(
      "The state of the run went away with its device.",
      "Go on from the last checkpoint.",
      "deviceLost",
    );
  };
  const snapshot = async (): Promise<Snapshot> => snapshotOf(await checkpoint(), source.info);
  return Object.assign(iterate(plan, options, start, state), { checkpoint, snapshot });
}

async function* iterate(
  plan: RunPlan,
  options: DistilOptions,
  start: EngineState,
  state: RunState,
): AsyncGenerator<RunEvent, void, void> {
  const { run, network, augmentation, method } = plan;
  const { source, signal, showImages = false, shouldRead = (iteration) => iteration % 10 === 0 } = options;
  const { boundaries } = state;
  const random = new Random(run.seed);
  const total = run.iterations;
  let iteration = start.iteration; // updates made so far

  const realData = yield* relay(loadRealData(source, signal ? { signal } : {}), (progress): RunEvent => ({
    kind: "preparing",
    step: "Loading images",
    ...progress,
  }));
  const imagesPerPass = imagesPerPassOf(network);
  // at iteration 0 everything follows from the seed
  const saved = iteration > 0 ? savedTensors(start) : undefined;

  let methodRun: MethodRun | null = null;
  const syn = new SyntheticSet(
    firstImages(realData, run.ipc, run.init, random.fork("first images")),
    realData,
    run.ipc,
    { learningRate: run.imageLr, momentum: run.momentum },
    saved,
  );
  try {
    const images = async (): Promise<RunEvent> => ({
      kind: "images",
      iteration,
      pixels: syn.picture(await syn.read()),
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
    methodRun =
      Symbol.asyncIterator in starting
        ? yield* relay(starting, (progress): RunEvent => ({ kind: "preparing", ...progress }))
        : starting;

    const steps = random.fork("steps");
    boundaries.add(iteration, tensorsOf(syn, methodRun));
    if (iteration > 0) yield* betweenUpdates(methodRun);
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
      if (due && showImages) yield await images();
      yield { kind: "iteration", iteration, loss: due ? loss : null };
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

/** One update, and the boundary behind it. */
function update(
  method: MethodRun,
  syn: SyntheticSet,
  boundaries: Boundaries,
  iteration: number,
  random: Random,
): void {
  tf.tidy(() => {
    const { loss, gradients } = method.step(iteration, random);
    syn.update(gradients);
    boundaries.add(iteration + 1, tensorsOf(syn, method), loss);
  });
}

/** All that the rest of the run depends on, under the names of `EngineState.tensors`. */
function tensorsOf(syn: SyntheticSet, method: MethodRun): Record<string, tf.Tensor> {
  const own = Object.entries(method.keep?.() ?? {}).map(
    ([name, tensor]) => [`method.${name}`, tensor] as const,
  );
  return { ...syn.state(), ...Object.fromEntries(own) };
}

/** The last good state of a run that is under way. */
async function readState(start: EngineState, { boundaries, evaluations }: RunState): Promise<EngineState> {
  const { iteration, tensors } = await boundaries.lastGood();
  return { ...start, iteration, tensors: await storeTensors(tensors), evaluations: [...evaluations] };
}
