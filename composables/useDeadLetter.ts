import type { DeadLetterStatus, DeadLetterView } from '#shared/schemas/operations'

/** A dead letter's status, as a person would say it. */
export const letterWords: Record<DeadLetterStatus, string> = {
  waiting: 'Waiting for you',
  replaying: 'Being replayed',
  resolved: 'Resolved',
  discarded: 'Discarded',
}

/** One letter with what can be decided over it. A replay is followed until it has succeeded or failed again. */
export function useDeadLetter(letter: Ref<DeadLetterView>) {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const { sentenceForError, fieldErrorsOf } = useProblem()
  const print = ({ payload }: DeadLetterView) => JSON.stringify(payload, null, 2)
  const text = ref(print(letter.value))
  const busy = ref(false)
  const problem = ref('')
  const mistake = ref('')
  const changed = computed(() => text.value !== print(letter.value))
  let timer: ReturnType<typeof setTimeout> | undefined
  onBeforeUnmount(() => clearTimeout(timer))

  /** What was typed as an object, or nothing with a sentence in `mistake`. */
  function parse(): Record<string, unknown> | null {
    mistake.value = ''
    try {
      const value: unknown = JSON.parse(text.value)
      if (value && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
      mistake.value = 'It must be one JSON object, in curly brackets.'
    }
    catch (error) {
      mistake.value = `That is not JSON: ${(error as Error).message}`
    }
    return null
  }

  async function run(work: () => Promise<DeadLetterView>) {
    if (busy.value) return
    busy.value = true
    problem.value = ''
    try {
      const decided = await work()
      text.value = print(decided)
      letter.value = decided
      announce(spoken(decided))
    }
    catch (error) {
      mistake.value = Object.values(fieldErrorsOf(error))[0] ?? ''
      if (!mistake.value) problem.value = sentenceForError(error)
      await refresh().catch(() => {})
    }
    busy.value = false
  }
  const spoken = ({ type, status }: DeadLetterView) => `${type}: ${letterWords[status]}`
  const path = (action = '') => `/api/admin/dead-letters/${letter.value.id}${action}`

  /** What another person or a worker did meanwhile; what is being typed stays. */
  async function refresh() {
    const now = await api<DeadLetterView>(path())
    if (!changed.value) text.value = print(now)
    letter.value = now
    return now
  }

  async function save() {
    const payload = parse()
    if (payload) await run(() => api<DeadLetterView>(path(), { method: 'PATCH', body: { payload } }))
  }
  async function replay() {
    await run(() => api<DeadLetterView>(path('/replay'), { method: 'POST' }))
  }
  const discard = () => run(() => api<DeadLetterView>(path('/discard'), { method: 'POST' }))

  function follow() {
    timer = setTimeout(async () => {
      const now = await refresh().catch(() => letter.value)
      if (now.status === 'replaying') follow()
      else announce(spoken(now))
    }, 1_000)
  }
  watch(() => letter.value.status, (status) => {
    clearTimeout(timer)
    if (import.meta.client && status === 'replaying') follow()
  })
  onMounted(() => {
    if (letter.value.status === 'replaying') follow()
  })
  return { text, busy, problem, mistake, changed, save, replay, discard }
}
