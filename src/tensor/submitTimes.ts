/**
 * Times every submit, learns from that what our programs take, and lets none of them make a submit long together with
 * others. The device's word that a submit is done comes late where the thread is busy then, which is allowed for: what
 * a whole burst of submits took, from its first call to its last word, is never less than it was.
 */
import { learnBound, learnTime, msOf, type Work } from "./kernels/programTime";

/** What is used of tfjs's backend. */
export interface TimedBackend {
  queue: Pick<GPUQueue, "onSubmittedWorkDone">;
  /** Null when nothing was recorded since the last submit. */
  commandEncoder: unknown;
  dispatchCountInPass: number;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/**
 * Of a submit: none may last 200 ms, and the longest is some times the mean. A program that takes longer gets one of its
 * own.
 */
export const LONG_MS = 40;

/** Submits from the first that is not known to be done to the last before the device's next word. */
interface Burst {
  since: number;
  works: Work[];
  last: number;
}

type Record = (work: Work, dispatch: () => void) => void;

const recorders = new WeakMap<object, Record>();

/** Begins to time the submits of a backend. @param now milliseconds, monotonic */
export function timeSubmits(backend: TimedBackend, now: () => number): void {
  let works: Work[] = []; // of the submit that is being recorded
  let ms = 0;
  let submits = 0;
  let lastWord = -Infinity;
  let open: Burst | null = null;
  let closed: Burst | null = null;

  const submit = backend.submitQueue.bind(backend);
  backend.submitQueue = () => {
    const own = works;
    const isAlone = own.length === 1 && backend.dispatchCountInPass === 1;
    works = [];
    ms = 0;
    const since = now();
    submit();
    const number = ++submits;
    open ??= { since, works: [], last: number };
    open.works.push(...own);
    open.last = number;
    const done = (): void => {
      const time = now();
      if (isAlone) learnTime(own[0]!, time - Math.max(since, lastWord));
      lastWord = time;
      if (!closed) [closed, open] = [open!, null];
      if (closed.last !== number) return;
      learnBound(closed.works, time - closed.since);
      closed = null;
    };
    backend.queue.onSubmittedWorkDone().then(done, () => undefined); // the device is lost, which tells of itself
  };

  const submitRecorded = (): void => {
    if (backend.commandEncoder === null) return;
    backend.endComputePassEncoder();
    backend.submitQueue();
  };
  recorders.set(backend, (work, dispatch) => {
    const own = msOf(work);
    if (own > LONG_MS) submitRecorded();
    works.push(work); // first, as tfjs may submit with the dispatch
    ms += own;
    dispatch();
    if (ms > LONG_MS) submitRecorded();
  });
}

/** Records one dispatch of ours. @param dispatch hands it to tfjs's backend */
export function recordWork(backend: object, work: Work, dispatch: () => void): void {
  const record = recorders.get(backend);
  if (record) record(work, dispatch);
  else dispatch();
}
