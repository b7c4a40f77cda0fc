import type { Problem } from '#shared/schemas/problem'
import { sentenceForCode, sentenceForError } from './problem-sentences'

/** Turns what the API answers into what a person reads. `fromUrl` is the sentence of a form sent without JavaScript. */
export function useProblem() {
  const route = useRoute()
  const problemCode = computed(() => typeof route.query.problem === 'string' ? route.query.problem : '')
  const fromUrl = computed(() => problemCode.value ? sentenceForCode(problemCode.value) : '')
  return { problemCode, fromUrl, sentenceForError, fieldErrorsOf }
}

/** The messages of a 422 by field name, the last part of each path. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  const { errors = [] } = (error as { data?: Partial<Problem> }).data ?? {}
  return Object.fromEntries(errors.map(({ path, message }) => [path.split(/[./]/).pop() ?? path, message]))
}

/** What a form without JavaScript was told about a new password belongs beside that field. */
export const passwordProblem = (code: string): Record<string, string> => code.startsWith('auth/password-') ? { password: sentenceForCode(code) } : {}
