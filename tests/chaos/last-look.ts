import { chaosClient } from './client.ts'
import type { Journal } from './journal.ts'

/** Reads every accepted order once more, by the very session that placed it. */
export async function lastLook(journal: Journal, urls: readonly string[]): Promise<void> {
  const accepted = new Map(journal.entries.flatMap(({ op, session, outcome }) => op === 'pay' && session && outcome.kind === 'answer' && outcome.status === 201 ? [[outcome.told.id!, session] as const] : []))
  for (const [orderId, session] of accepted) {
    const client = chaosClient({ name: 'last-look', urls, journal, cookie: journal.cookies.get(session) })
    await client.ask({ op: 'last-look', method: 'GET', path: `/api/orders/${orderId}`, orderId, web: orderId.charCodeAt(0) % urls.length })
  }
}
