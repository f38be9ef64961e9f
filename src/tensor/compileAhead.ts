/** Builds the pipelines that some work needs before it needs them, many at once; on WebGPU alone. */
import * as tf from "@tensorflow/tfjs";

/** What is used of tfjs's backend: the pipelines that it has, or that are on their way, by the key of their program. */
interface Pipelines {
  pipelineCache: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>;
}

/** tfjs then builds what it has no pipeline for, in the background, and computes nothing. */
const COMPILE_ONLY = "WEBGPU_ENGINE_COMPILE_ONLY";

/** Whether the backend that runs has pipelines to build. */
export const buildsPipelines = (): boolean => tf.getBackend() === "webgpu";

/** Whether what is called now only says what it needs, and computes nothing. */
export const isBuildingOnly = (): boolean => tf.env().getBool(COMPILE_ONLY);

/**
 * Goes through `work` without computing and builds the pipelines that it lacks. A pipeline that cannot be built is left to
 * whoever needs it, and to the error that this then makes.
 * @param work synchronous, without lasting effects: it meets numbers that mean nothing
 * @returns how many pipelines there are to build, after each that is built; nothing where none is
 */
export async function* compileAhead(work: () => void): AsyncGenerator<{ done: number; total: number }, void> {
  if (!buildsPipelines()) return;
  const building = pipelinesOf(work);
  const total = building.length;
  let done = 0;
  if (total > 0) yield { done, total };
  for (const built of building) {
    await built;
    yield { done: ++done, total };
  }
}

/** Begins to build; each promise resolves when its pipeline is there, or could not be built. */
function pipelinesOf(work: () => void): Promise<void>[] {
  tf.env().set(COMPILE_ONLY, true);
  try {
    tf.tidy(work);
  } finally {
    tf.env().set(COMPILE_ONLY, false);
  }
  const { pipelineCache } = tf.backend() as unknown as Pipelines;
  return Object.entries(pipelineCache).flatMap(([key, pipeline]) => {
    if (!(pipeline instanceof Promise)) return [];
    delete pipelineCache[key]; // until it is there: tfjs throws at a promise
    return [
      pipeline.then(
        (built) => void (pipelineCache[key] ??= built),
        () => undefined,
      ),
    ];
  });
}
