/** Tuning of kernels to the device: when it is measured, and where the outcome is kept. */
import { addTilingChoices, forgetTilingChoices, tilingChoices } from "./kernels/tiling";
import { answerQuestions, forgetQuestions, hasQuestions } from "./kernels/tuner";
import { kernelVariant } from "./kernels/variant";

/** Keeps what was measured, by device; what it reads may be older than this version, or nonsense. */
export interface TilingStore {
  read(device: string): Promise<Readonly<Record<string, unknown>> | null>;
  write(device: string, choices: Readonly<Record<string, string>>): Promise<void>;
}

export interface Tuning {
  /** Milliseconds, monotonic. */
  clock: () => number;
  /** Left out: measured again by each process. */
  store?: TilingStore;
}

let current: { device: string; tuning: Tuning } | null = null;

/**
 * To be called when a device starts: forgets what was measured on another one and reads what is known of this.
 * @param tuning null: every product gets the tiling that its shape alone says
 */
export async function startTuning(device: string, tuning: Tuning | null): Promise<void> {
  forgetTilingChoices();
  forgetQuestions();
  current = tuning && { device, tuning };
  const stored = await tuning?.store?.read(device).catch(() => null); // a cache that cannot be read is empty
  if (stored) addTilingChoices(stored);
}

/**
 * Measures the tilings of whatever has been computed without a measured one, and keeps the outcome. To be called
 * between iterations, when nothing else is recorded. Results are the same bits before and after.
 * @returns how many classes of products are measured of those there are; nothing when there is nothing to measure
 */
export async function* tuneKernels(): AsyncGenerator<{ done: number; total: number }, void> {
  if (!current || !hasQuestions() || kernelVariant() !== "tiled") return;
  const { device, tuning } = current;
  try {
    yield* answerQuestions(tuning.clock);
  } finally {
    await tuning.store?.write(device, tilingChoices()).catch(() => undefined); // measured again next time
  }
}
