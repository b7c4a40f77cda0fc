let tail: Promise<unknown> = Promise.resolve()

/**
 * Calls of one page wait for each other: an older answer can't overtake a newer one, and of a new visitor's first two
 * writes the second goes under the session that the first has opened. On the server, where shoppers must not wait for
 * each other, it calls at once.
 */
export function inTurn<T>(job: () => Promise<T>): Promise<T> {
  if (import.meta.server) return job()
  const run = tail.then(job)
  tail = run.catch(() => undefined)
  return run
}
