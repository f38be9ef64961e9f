import * as tf from "@tensorflow/tfjs";
import type { ImageSource } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import { Random } from "@/shared/random";
import type { EvaluationScore, RunEvent, Snapshot } from "@/shared/run";
import { throwIfBackendFailed } from "@/tensor/backend";
import { imagesPerPassOf } from "./classMeans";
import type { MethodContext, MethodRun } from "./methods/method";
import { loadRealData } from "./realData";
import { relay } from "./relay";
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
}

/** The events of a run; `return()` ends it and frees everything. */
export interface Distillation extends AsyncGenerator<RunEvent, void, void> {
  /**
   * The synthetic set as it is now, also after the end; to be asked for between two events.
   * @throws UserError if there is none yet
   */
  snapshot(): Promise<Snapshot>;
}

/** What the run shares with whoever asks for a snapshot meanwhile. */
interface RunState {
  syn: SyntheticSet | null;
  iteration: number;
  evaluations: EvaluationScore[];
  last: Snapshot | null;
}

/**
 * Distils a dataset. To pause is to stop asking for the next event, to stop is `return()`. After every iteration comes
 * one "iteration" event, preceded by an "images" event when those are due, so that a pause after it shows its images.
 * All randomness comes from the seed of the config, through named forks: the same config gives the same images.
 * Awaits only the backend: a worker lets its messages in between two events by itself.
 * @throws UserError at once for a wrong setting; from the generator when the run diverges or the device is lost
 */
export function distil(options: DistilOptions): Distillation {
  const plan = planRun(options.config, options.source.info);
  const state: RunState = { syn: null, iteration: 0, evaluations: [], last: null };
  const snapshot = async (): Promise<Snapshot> => {
    if (state.syn) return readSnapshot(plan, options.source, state, state.syn);
    if (state.last) return state.last;
    throw new UserError("There are no synthetic images yet.", "Wait until the first iteration is done.");
  };
  return Object.assign(iterate(plan, options, state), { snapshot });
}

async function* iterate(
  plan: RunPlan,
  options: DistilOptions,
  state: RunState,
): AsyncGenerator<RunEvent, void, void> {
  const { run, network, augmentation, method } = plan;
  const { source, signal, showImages = false, shouldRead = (iteration) => iteration % 10 === 0 } = options;
  const random = new Random(run.seed);
  const total = run.iterations;

  const realData = yield* relay(loadRealData(source, signal ? { signal } : {}), (progress): RunEvent => ({
    kind: "preparing",
    step: "Loading images",
    ...progress,
  }));
  const imagesPerPass = imagesPerPassOf(network);

  let methodRun: MethodRun | null = null;
  const syn = new SyntheticSet(
    firstImages(realData, run.ipc, run.init, random.fork("first images")),
    realData,
    run.ipc,
    {
      learningRate: run.imageLr,
      momentum: run.momentum,
    },
  );
  state.syn = syn;
  try {
    const images = async (): Promise<RunEvent> => ({
      kind: "images",
      iteration: state.iteration,
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
    };
    const starting = method.start(context as never);
    methodRun =
      Symbol.asyncIterator in starting
        ? yield* relay(starting, (progress): RunEvent => ({ kind: "preparing", ...progress }))
        : starting;

    const steps = random.fork("steps");
    let earlier: Promise<number> | null = null; // the loss before, perhaps still being computed
    while (state.iteration < total) {
      const own = steps.fork(state.iteration);
      await methodRun.prepare?.(state.iteration);
      const reading = update(methodRun, syn, state.iteration, own);
      reading.catch(() => undefined); // if it fails, then where it is awaited
      state.iteration++;
      const due = shouldRead(state.iteration) || state.iteration === total;
      // Never more than two iterations are in flight: a longer queue would delay a pause by all of it.
      const loss = checkLoss((await (due ? reading : earlier)) ?? 0);
      throwIfBackendFailed();
      earlier = reading;
      if (due && showImages) yield await images();
      yield { kind: "iteration", iteration: state.iteration, loss: due ? loss : null };
      const interval = plan.evaluation.interval(plan.evaluationParams as never);
      if (interval > 0 && (state.iteration % interval === 0 || state.iteration === total))
        yield* evaluate(plan, context, state, random.fork("evaluation").fork(state.iteration));
      if (methodRun.afterUpdate && state.iteration < total)
        yield* relay(methodRun.afterUpdate(state.iteration, own.fork("after")), (progress): RunEvent => ({
          kind: "preparing",
          ...(progress ?? { step: "Training the network", done: 0, total: 0 }),
        }));
    }
    state.last = await readSnapshot(plan, source, state, syn);
    yield { kind: "done", snapshot: state.last };
  } finally {
    // When the run is stopped, its last state stays available; a lost device has nothing left to read.
    state.last ??= await readSnapshot(plan, source, state, syn).catch(() => null);
    state.syn = null;
    methodRun?.dispose?.();
    syn.dispose();
  }
}

/** One update; resolves with its loss once the backend has computed it. */
function update(method: MethodRun, syn: SyntheticSet, iteration: number, random: Random): Promise<number> {
  const loss = tf.tidy(() => {
    const step = method.step(iteration, random);
    syn.update(step.gradients);
    return step.loss;
  });
  return loss.data().then(
    ([value]) => {
      loss.dispose();
      return value ?? NaN;
    },
    (error: unknown) => {
      loss.dispose();
      throw error;
    },
  );
}

function checkLoss(loss: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new UserError(
    "The loss is not a number any more: the run has diverged.",
    'Start again with a smaller "Image learning rate".',
  );
}

async function* evaluate(
  plan: RunPlan,
  { syn, network, augmentation, realData, imagesPerPass }: MethodContext,
  state: RunState,
  random: Random,
): AsyncGenerator<RunEvent> {
  const { iteration } = state;
  await syn.read(); // throws when the images are not numbers any more
  const targets = syn.targets();
  try {
    const accuracies = yield* relay(
      plan.evaluation.evaluate({
        params: plan.evaluationParams as never,
        network,
        augmentation,
        images: syn.images,
        targets,
        ...(await learnedRate(syn)),
        realData,
        imagesPerPass,
        random,
      }),
      ({ network, networks, epoch, epochs }): RunEvent => ({
        ...{ kind: "evaluating", iteration },
        ...{ network, networks, epoch, epochs },
      }),
    );
    throwIfBackendFailed();
    const score = scoreOf(iteration, accuracies);
    state.evaluations.push(score);
    yield { kind: "evaluation", score };
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

/** The learned rate as a setting of snapshots and evaluations; empty where there is none. */
async function learnedRate(syn: SyntheticSet): Promise<{ synLr?: number }> {
  if (!syn.learns("synLr")) return {};
  return { synLr: (await syn.value("synLr").data())[0]! };
}

/** The targets as an entry of snapshots; empty where they are the labels. */
async function readTargets(syn: SyntheticSet): Promise<Pick<Snapshot, "targets">> {
  if (!syn.hasSoftTargets) return {};
  const targets = syn.targets();
  try {
    return { targets: Float32Array.from(await targets.data()) };
  } finally {
    targets.dispose();
  }
}

async function readSnapshot(
  plan: RunPlan,
  { info }: ImageSource,
  { iteration, evaluations }: RunState,
  syn: SyntheticSet,
): Promise<Snapshot> {
  return {
    config: plan.config,
    iteration,
    shape: syn.shape,
    images: await syn.read(),
    labels: syn.labels.slice(),
    ...(await readTargets(syn)),
    ...(await learnedRate(syn)),
    classNames: info.classNames,
    datasetName: info.name,
    datasetFingerprint: info.fingerprint,
    mean: info.mean,
    std: info.std,
    evaluations: [...evaluations],
  };
}
