/** Where a process is in its life; readiness follows it, and what stays open for long asks to be told of its end. */
export interface Lifecycle {
  phase(): 'starting' | 'serving' | 'leaving'
  /** The routes are loaded: from here on the process may be given work. */
  serve(): void
  /** It has been told to stop: readiness fails from here on. */
  leave(): void
  /** `end` is called once when the listener closes, for what would otherwise stay open. Answers how to forget it. */
  beforeClose(end: () => void): () => void
  /** Ends all that has asked to be told. */
  endOpen(): void
}

export function createLifecycle(): Lifecycle {
  let phase: ReturnType<Lifecycle['phase']> = 'starting'
  const open = new Set<() => void>()
  return {
    phase: () => phase,
    serve() {
      if (phase === 'starting') phase = 'serving'
    },
    leave() {
      phase = 'leaving'
    },
    beforeClose(end) {
      open.add(end)
      return () => void open.delete(end)
    },
    endOpen() {
      const all = [...open]
      open.clear()
      all.forEach(end => end())
    },
  }
}
