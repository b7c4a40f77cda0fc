/** Waits until all that was begun has come to its end, and says what has not. */
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import type { Stack } from '../harness/stack.ts'
import { expectedEffects, missingEffectsQuery } from './world.ts'

const unfinished = {
  'orders under way': sql`select count(*)::int as count from orders where status not in ('delivered', 'payment-failed', 'refunded')`,
  'payments under way': sql`select count(*)::int as count from payments where state not in ('captured', 'declined', 'voided')`,
  'refunds under way': sql`select count(*)::int as count from refunds where state <> 'done'`,
  'events to publish': sql`select count(*)::int as count from outbox where published_at is null`,
  'mails to send': sql`select count(*)::int as count from mails where sent_at is null`,
  'holds past their deadline': sql`select count(*)::int as count from stock_holds where status = 'active' and expires_at < clock_timestamp() - interval '6 seconds'`,
}

/** What still waits, by name; empty when all is at rest. */
async function whatWaits(stack: Stack, expected: ReturnType<typeof expectedEffects>): Promise<Record<string, number>> {
  const waiting: Record<string, number> = {}
  const note = (name: string, count: number) => {
    if (count > 0) waiting[name] = count
  }
  for (const [name, query] of Object.entries(unfinished)) note(name, (await stack.database.fresh(db => db.execute<{ count: number }>(query))).rows[0]!.count)
  note('effects to come', (await stack.database.fresh(db => db.execute(missingEffectsQuery(expected)))).rows.length)
  for (const [name, depth] of Object.entries(await queueDepths(stack.queue!.url))) note(`jobs of ${name}`, depth)
  const { pendingWebhooks } = await (await fetch(`${stack.sandbox.url}/health`)).json() as { pendingWebhooks: Record<string, number> }
  for (const [name, count] of Object.entries(pendingWebhooks)) note(`webhooks of ${name}`, count)
  return waiting
}

/** Jobs that wait, run or pause before another attempt, by queue. */
async function queueDepths(url: string): Promise<Record<string, number>> {
  const connection = new Redis(url, { maxRetriesPerRequest: null })
  connection.on('error', () => {})
  try {
    const names = (await connection.keys('bull:*:meta')).map(key => key.split(':')[1]!)
    return Object.fromEntries(await Promise.all(names.map(async (name) => {
      const queue = new Queue(name, { connection })
      queue.on('error', () => {})
      return [name, await queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized', 'waiting-children')] as const
    })))
  }
  finally {
    connection.disconnect()
  }
}

/** Resolves with how long it took and what still waits after `withinMs`, which should be nothing. */
export async function untilQuiet(stack: Stack, { withinMs, print }: { withinMs: number, print(line: string): void }): Promise<{ tookMs: number, waiting: Record<string, number> }> {
  const from = performance.now()
  const expected = expectedEffects(stack)
  let toldAtMs = 0
  for (;;) {
    const waiting = await whatWaits(stack, expected).catch((error: unknown): Record<string, number> => ({ [`not readable yet (${String(error).slice(0, 80)})`]: 1 }))
    const tookMs = Math.round(performance.now() - from)
    if (Object.keys(waiting).length === 0 || tookMs > withinMs) return { tookMs, waiting }
    if (tookMs - toldAtMs > 10_000) {
      toldAtMs = tookMs
      print(`waiting: ${JSON.stringify(waiting)}`)
    }
    await pause(250)
  }
}
