import { unreachable } from '#shared/unreachable'

/** The sentence for whatever a call to `/api` failed with. The sentences come along when one is needed; who can't fetch them has no connection. */
export function explain(error: unknown): Promise<string> {
  return import('./problem-sentences').then(({ sentenceForError }) => sentenceForError(error), () => unreachable)
}
