/**
 * Passes on what another generator yields, as something else, and returns what it returns; ending the outer one
 * early ends the inner one too.
 */
export async function* relay<T, R, E>(
  source: AsyncGenerator<T, R>,
  event: (value: T) => E,
): AsyncGenerator<E, R> {
  let ended = false;
  try {
    for (;;) {
      const next = await source.next();
      if (next.done) {
        ended = true;
        return next.value;
      }
      yield event(next.value);
    }
  } finally {
    if (!ended) await source.return(undefined as never);
  }
}
