/** Decodes several pictures at once, hands them on in their order, and never holds more than a few of them. */

/** Enough to keep the decoders busy while one result is stored. */
const AT_ONCE = 32;
/** Pixels that may be in work: 32 small pictures or one photo. */
const PIXELS_AT_ONCE = 8 * 2 ** 20;

export interface Work<T> {
  /** About the memory it takes while it is in work. */
  pixels: number;
  result: () => Promise<T>;
}

/** @param jobs started in order as room comes free @returns their results in the same order */
export async function* decodeInOrder<T>(
  jobs: AsyncIterable<Work<T>>,
  limits = { count: AT_ONCE, pixels: PIXELS_AT_ONCE },
): AsyncGenerator<T> {
  const running: { pixels: number; result: Promise<T> }[] = [];
  let pixels = 0;
  const next = () => {
    const job = running.shift()!;
    pixels -= job.pixels;
    return job.result;
  };
  for await (const job of jobs) {
    while (running.length > 0 && (running.length >= limits.count || pixels + job.pixels > limits.pixels)) {
      yield await next();
    }
    const result = job.result();
    result.catch(() => undefined); // it is thrown where it is awaited, unless an earlier one ended it all
    running.push({ pixels: job.pixels, result });
    pixels += job.pixels;
  }
  while (running.length > 0) yield await next();
}
