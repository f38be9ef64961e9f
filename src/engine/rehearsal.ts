/**
 * The next update on copies, without computing: it shows the graphics device every program of an iteration, so that all
 * of them are built together before the first one waits.
 */
import { Random } from "@/shared/random";
import type { RunEvent } from "@/shared/run";
import { buildsPipelines } from "@/tensor/compileAhead";
import { reportOf } from "./boundaries";
import type { Method, MethodContext, MethodRun } from "./methods/method";
import { buildPrograms } from "./preparing";
import type { SavedTensors } from "./engineState";
import { relay } from "./relay";
import { tensorsOf } from "./runState";
import { SyntheticSet } from "./syntheticSet";

export interface RehearsalOptions {
  method: Method;
  /** Of the run. */
  context: MethodContext;
  iteration: number;
  /** Stream of the iteration. */
  random: Random;
}

/**
 * Changes nothing of the run: the method starts anew on a copy of the set. What takes long at a method's start is in the
 * store by now. Says nothing where the backend has no programs to build.
 */
export async function* rehearse({
  method,
  context,
  iteration,
  random,
}: RehearsalOptions): AsyncGenerator<RunEvent, void> {
  if (!buildsPipelines()) return;
  const { syn, run, realData } = context;
  const rates = { learningRate: run.imageLr, momentum: run.momentum };
  const tensors: SavedTensors = (name) => syn.state()[name]?.clone() ?? null;
  const start = { tensors, isWhole: false };
  const copy = new SyntheticSet(syn.images.clone(), realData, run.ipc, rates, start);
  let methodRun: MethodRun | null = null;
  try {
    const own = new Random(context.random.state);
    methodRun = await startOf(method, { ...context, syn: copy, random: own });
    await methodRun.prepare?.(iteration);
    const atWork = methodRun;
    const building = buildPrograms(() => {
      const { loss, gradients, counts } = atWork.step(iteration, random);
      copy.update(gradients, counts);
      copy.update(gradients, counts); // the second adds to a velocity
      reportOf(tensorsOf(copy, atWork), loss);
    });
    yield* relay(building, (progress): RunEvent => ({ kind: "preparing", ...progress }));
  } finally {
    methodRun?.dispose?.();
    copy.dispose();
  }
}

async function startOf(method: Method, context: MethodContext): Promise<MethodRun> {
  const starting = method.start(context as never);
  if (!(Symbol.asyncIterator in starting)) return starting;
  for (;;) {
    const { done, value } = await starting.next();
    if (done) return value;
  }
}
