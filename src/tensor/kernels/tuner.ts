/**
 * Finds the fastest tiling for each class of products on the device at hand, by running every tiling that fits on
 * buffers of the right size. A choice changes no bit of any result (tiling.ts), so it may be made at any time, kept
 * for the device, or left out.
 */
import * as tf from "@tensorflow/tfjs";
import { addTilingChoices, defaultTiling, hasChoice, shapeClass, TILINGS, tileOf } from "./tiling";
import type { GemmShape, TilingName } from "./tiling";
import { makeOutput, runProgram, type Program } from "./webgpuProgram";

type Inputs = Program["inputs"];

/** How to run a product once more, in another tiling and on other inputs. */
export interface Product {
  inputs: Inputs;
  program: (tiling: TilingName, inputs: Inputs) => Program;
}

/** Classes that were computed without a measured choice, with one product of each. */
const asked = new Map<string, { shape: GemmShape } & Product>();

/** Notes that a product runs on an unmeasured tiling. */
export function askForTiling(shape: GemmShape, product: Product): void {
  if (hasChoice(shape)) return;
  const name = shapeClass(shape);
  if (!asked.has(name)) asked.set(name, { shape, ...product });
}

export const hasQuestions = (): boolean => asked.size > 0;

export function forgetQuestions(): void {
  asked.clear();
}

/** The tilings worth measuring: those of which not half of the results would lie beyond the product. */
export function candidates({ rows, columns }: Pick<GemmShape, "rows" | "columns">): TilingName[] {
  const fits = (name: TilingName): boolean => {
    const tile = tileOf(TILINGS[name]);
    return tile.columns < 2 * columns && 4 * tile.columns >= Math.min(columns, 128) && tile.rows < 2 * rows;
  };
  const usual = defaultTiling({ columns });
  return [usual, ...(Object.keys(TILINGS) as TilingName[]).filter((name) => name !== usual && fits(name))];
}

/** What measuring needs of tfjs's backend. */
interface Measurable {
  queue: GPUQueue;
  endComputePassEncoder(): void;
  ensureCommandEncoderReady(): void;
  submitQueue(): void;
}

/** A sample lasts at least this long, so that the clock's own steps do not count. */
const SAMPLE_MS = 4;
const MOST_RUNS = 64;
const SAMPLES = 3;
/** No new class is begun after this long, so that whoever waits is soon asked; the rest is for the next call. */
const BUDGET_MS = 2000;
/** Another tiling has to be better than the default by more than the noise. */
const LEAST_GAIN = 0.03;

/**
 * Measures the classes that were asked for, and takes the fastest tiling of each. Wall time of many runs in a row: the
 * timestamps of WebGPU come rounded to 0.1 ms. Reads and disposes nothing but its own buffers.
 * @param now milliseconds, monotonic
 * @returns how many classes are measured of those that were asked for, before the first and after each
 */
export async function* answerQuestions(
  now: () => number,
): AsyncGenerator<{ done: number; total: number }, void> {
  const end = now() + BUDGET_MS;
  let done = 0;
  yield { done, total: asked.size };
  for (const [name, { shape, ...product }] of asked) {
    if (now() > end) break;
    asked.delete(name);
    const names = candidates(shape);
    addTilingChoices({ [name]: names.length === 1 ? names[0]! : await fastest(names, product, now) });
    yield { done: ++done, total: done + asked.size };
  }
}

async function fastest(
  names: readonly TilingName[],
  product: Product,
  now: () => number,
): Promise<TilingName> {
  const backend = tf.backend();
  const inputs = Object.fromEntries(
    Object.entries(product.inputs).map(([name, { shape }]) => [name, makeOutput(backend, shape)]),
  );
  const output = makeOutput(backend, product.program(names[0]!, inputs).shape);
  try {
    let best = { name: names[0]!, ms: Infinity };
    for (const name of names) {
      const program = product.program(name, inputs);
      const ms = await timeOf(() => runProgram(backend, program, output), now);
      if (ms < best.ms * (1 - LEAST_GAIN)) best = { name, ms };
    }
    return best.name;
  } finally {
    for (const info of [output, ...Object.values(inputs)]) backend.disposeData(info.dataId);
  }
}

/** Milliseconds of one run: the smallest of a few samples, after one that compiles. */
async function timeOf(run: () => void, now: () => number): Promise<number> {
  const backend = tf.backend() as unknown as Measurable;
  const sample = async (runs: number): Promise<number> => {
    const start = now();
    for (let i = 0; i < runs; i++) run();
    backend.endComputePassEncoder();
    backend.ensureCommandEncoderReady();
    backend.submitQueue();
    await backend.queue.onSubmittedWorkDone();
    return (now() - start) / runs;
  };
  await sample(1);
  let least = await sample(1);
  const runs = Math.min(MOST_RUNS, Math.ceil(SAMPLE_MS / Math.max(least, SAMPLE_MS / MOST_RUNS)));
  for (let i = 0; i < SAMPLES; i++) least = Math.min(least, await sample(runs));
  return least;
}
