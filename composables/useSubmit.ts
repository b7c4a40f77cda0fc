/**
 * A form that is sent once at a time. What is wrong with a field stands beside it, anything else in the `ErrorSummary` with
 * `ref="summary"`, to which the focus goes; `told` is what the form heard when it was sent without JavaScript.
 */
export function useSubmit<Asked extends unknown[]>(send: (...asked: Asked) => Promise<unknown>, told: { errors?: Record<string, string>, problem?: string } = {}) {
  const errors = ref(told.errors ?? {})
  const problem = ref(told.problem ?? '')
  const busy = ref(false)
  const summary = useTemplateRef<{ focus(): Promise<void> }>('summary')

  async function submit(...asked: Asked) {
    if (busy.value) return
    busy.value = true
    errors.value = {}
    problem.value = ''
    try {
      await send(...asked)
    }
    catch (error) {
      errors.value = fieldErrorsOf(error)
      problem.value = Object.keys(errors.value).length ? '' : sentenceForError(error)
      await summary.value?.focus()
    }
    busy.value = false
  }
  return { errors, problem, busy, submit }
}
