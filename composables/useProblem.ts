import type { Problem } from '#shared/schemas/problem'
import { sentenceForCode, sentenceForError } from './problem-sentences'

/** Turns what the API answers into what a person reads. `fromUrl` is the sentence of a form sent without JavaScript. */
export function useProblem() {
  const route = useRoute()
  const fromUrl = computed(() => typeof route.query.problem === 'string' ? sentenceForCode(route.query.problem) : '')
  return { fromUrl, sentenceForError, fieldErrorsOf }
}

/** The messages of a 422 by field name, the last part of each path. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  const { errors = [] } = (error as { data?: Partial<Problem> }).data ?? {}
  return Object.fromEntries(errors.map(({ path, message }) => [path.split(/[./]/).pop() ?? path, message]))
}
