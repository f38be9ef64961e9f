/**
 * How many dispatches tfjs hands to the device at once. A submit that lasts long freezes the screen, and the driver resets
 * a device that does not answer for seconds; on a slow one they therefore have to be short. What they last is known from
 * the reads, which end when all submits before them have: their number and the time between two reads give the mean.
 * Programs of our own that would take long are cut, and are alone in their submits (submitTimes.ts).
 */
import * as tf from "@tensorflow/tfjs";
import { LONG_MS, timeSubmits, type TimedBackend } from "./submitTimes";

const FLAG = "WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE";
/** As tfjs has it. More would save little and hold freed buffers back for longer. */
const MOST_DISPATCHES = 15;
/** Before anything is known. */
const FIRST_DISPATCHES = 3;
/** Fewer submits say too little to make them longer. */
const EVIDENCE = 8;

/** What is used of tfjs's backend. */
export interface SubmittingBackend extends TimedBackend {
  getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer>;
}

/**
 * Fits the length of submits to the device from now on.
 * @param now milliseconds, monotonic
 */
export function paceSubmits(backend: SubmittingBackend, now: () => number): void {
  let dispatches = FIRST_DISPATCHES;
  let submits = 0;
  let since = 0;
  tf.env().set(FLAG, dispatches);
  timeSubmits(backend, now);
  const submit = backend.submitQueue.bind(backend);
  backend.submitQueue = () => {
    if (submits++ === 0) since = now();
    submit();
  };
  const read = backend.getBufferData.bind(backend);
  backend.getBufferData = async (buffer) => {
    const data = await read(buffer);
    if (submits > 0) {
      dispatches = nextDispatches(dispatches, submits, (now() - since) / submits);
      tf.env().set(FLAG, dispatches);
    }
    submits = 0;
    return data;
  };
}

/** Dispatches per submit, from what it was and how long submits then took on average. */
export function nextDispatches(dispatches: number, submits: number, meanMs: number): number {
  if (meanMs > LONG_MS) return Math.max(1, Math.floor((dispatches * LONG_MS) / meanMs));
  if (meanMs < LONG_MS / 2 && submits >= EVIDENCE) return Math.min(MOST_DISPATCHES, 2 * dispatches);
  return dispatches;
}
