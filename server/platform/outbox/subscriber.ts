/**
 * Prevents: an event that is delivered twice taking effect twice, and a crash between the effect and its record.
 * Guarantees: delivery is at least once; what `apply` does in its transaction takes effect once, because the record
 * (event, effect) commits with it. `after` reaches outside the database, may run again, and must carry a key
 * derived from the event. Until `after` has succeeded the record is not complete, and the relay delivers again. An event
 * that became a dead letter is delivered by its replay alone; one that the outbox does not know has no effect: a queue may
 * remember what a promoted standby never got, or what a restored backup does not have.
 *
 * @pattern idempotent-consumer
 */
import { sql } from 'drizzle-orm'
import type { Transaction } from '../db/connect.ts'
import type { Database } from '../db/database.ts'
import { racePoint } from '../race-points.ts'
import { writeInTrace } from '../telemetry/trace-context.ts'
import type { DomainEvent } from './append-event.ts'
import { resolveLetter } from './dead-letters.ts'

/** What a queue carries: an event and, when a person sent it again, which time that is. */
export interface Delivery extends DomainEvent { replay?: number }

export interface Subscriber {
  /** Names the queue and the effect; never change it once events have been published. */
  name: string
  events: readonly string[]
  apply(tx: Transaction, event: DomainEvent): Promise<void>
  /** Two deliveries of one event may be here at once. */
  after?(event: DomainEvent): Promise<void>
}

type Standing = 'new' | 'recorded' | 'completed' | 'refused'

/** Lets one event take its effect; answers false when it already had. */
export async function consume(database: Pick<Database, 'write'>, subscriber: Subscriber, event: Delivery): Promise<boolean> {
  const write = writeInTrace(database.write, event.traceparent)
  const { result: standing } = await write(async (tx) => {
    const found = await record(tx, subscriber, event)
    if (found !== 'new') return found
    await subscriber.apply(tx, event)
    await racePoint('effect-applied')
    if (!subscriber.after) await resolveLetter(tx, event.id, subscriber.name)
    return found
  })
  await racePoint('effect-committed')
  if (standing === 'recorded' || (standing === 'new' && subscriber.after)) {
    await subscriber.after?.(event)
    await write(async (tx) => {
      await tx.execute(sql`update effects set completed_at = clock_timestamp() where event_id = ${event.id} and effect = ${subscriber.name} and completed_at is null`)
      await resolveLetter(tx, event.id, subscriber.name)
    })
  }
  await racePoint('effect-completed')
  return standing === 'new'
}

/** Takes the place of this effect, or tells who had it. A rival's transaction that is still open is waited for. */
async function record(tx: Transaction, { name, after }: Subscriber, { id, replay }: Delivery): Promise<Standing> {
  const time = replay ?? null
  const completedAt = after ? sql`null` : sql`clock_timestamp()`
  const { rows: [row] } = await tx.execute<{ mine: boolean, delivered: boolean }>(sql`
    with letter as (select status, replays from dead_letters where event_id = ${id} and subscriber = ${name}),
    allowed as (select case when exists (select from letter)
      then exists (select from letter where status = 'replaying' and replays = ${time}::int)
      else ${time}::int is null end and exists (select from outbox where event_id = ${id}) as delivered),
    recorded as (
      insert into effects (event_id, effect, completed_at) select ${id}::uuid, ${name}, ${completedAt} from allowed where delivered
      on conflict (event_id, effect) do nothing returning 1)
    select exists (select from recorded) as mine, delivered from allowed`)
  if (!row?.delivered) return 'refused'
  if (row.mine) return 'new'
  const { rows: [effect] } = await tx.execute<{ completed: boolean }>(sql`select completed_at is not null as completed from effects where event_id = ${id} and effect = ${name}`)
  if (!effect?.completed) return 'recorded'
  if (time !== null) await resolveLetter(tx, id, name)
  return 'completed'
}
