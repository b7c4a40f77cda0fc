import { chaosClient } from './client.ts'
import type { Journal } from './journal.ts'

/** The orders that were answered with 201, and the session that placed each. */
export const acceptedIn = (journal: Pick<Journal, 'entries'>): Map<string, string> =>
  new Map(journal.entries.flatMap(({ op, session, outcome }) => op === 'pay' && session && outcome.kind === 'answer' && outcome.status === 201 ? [[outcome.told.id!, session] as const] : []))

/** Reads every accepted order once more, by the very session that placed it. */
export async function lastLook(journal: Journal, urls: readonly string[]): Promise<void> {
  for (const [orderId, session] of acceptedIn(journal)) {
    const client = chaosClient({ name: 'last-look', urls, journal, cookie: journal.cookies.get(session) })
    // The last answer counts: all is up again, but a machine that stalls may let one request time out.
    for (let attempt = 0; attempt < 5; attempt++) {
      const outcome = await client.ask({ op: 'last-look', method: 'GET', path: `/api/orders/${orderId}`, orderId, web: orderId.charCodeAt(0) % urls.length })
      if (outcome.kind === 'answer' && outcome.status !== 503) break
      await new Promise(resolve => setTimeout(resolve, 500))
    }
  }
}
