import type { Intent, PaymentStore, Work } from './records.ts'
import { settleProcessing } from './confirm.ts'

const settleAfterMs = 2_000

/** Settles each intent that is `processing` two seconds after it got there, or after a restart. Returns the stop. */
export function watchProcessing(store: PaymentStore, newWork: () => Work): () => void {
  const timers = new Map<string, NodeJS.Timeout>()
  const watch = (intent: Intent) => {
    if (intent.status !== 'processing' || timers.has(intent.id)) return
    timers.set(intent.id, setTimeout(() => {
      timers.delete(intent.id)
      const current = store.get('intents', intent.id)
      if (current) store.commit(() => settleProcessing(newWork(), current))
    }, settleAfterMs))
  }
  store.onCommit((puts) => {
    for (const { table, record } of puts) if (table === 'intents') watch(record as Intent)
  })
  store.all('intents').forEach(watch)
  return () => timers.forEach(timer => clearTimeout(timer))
}
