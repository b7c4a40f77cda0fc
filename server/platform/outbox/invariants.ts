import { sql } from 'drizzle-orm'
import type { Invariant } from '../invariant.ts'
import type { Subscriber } from './subscriber.ts'

/** What must hold of events: published soon, and each effect had within the queue's patience or kept as a dead letter. */
export function outboxInvariants(subscribers: readonly Pick<Subscriber, 'name' | 'events'>[]): readonly Invariant[] {
  const expected = JSON.stringify(subscribers.flatMap(({ name, events }) => events.map(type => ({ type, effect: name }))))
  return [
    {
      name: 'events-are-published',
      says: 'No event waits in the outbox for longer than a minute.',
      query: due => sql`select id from outbox where published_at is null and created_at < ${due(60)}`,
    },
    {
      name: 'effects-are-had',
      says: 'Each event has had each of its effects in full within ten minutes, or lies in the dead letters (the last seven days).',
      query: due => sql`
        with expected as (select * from jsonb_to_recordset(${expected}::jsonb) as e(type text, effect text)),
        late as (select id, event_id, type from outbox where created_at < ${due(600)} and created_at > ${due(0)} - interval '7 days')
        select distinct o.event_id as id from late o join expected using (type)
        left join effects f on f.event_id = o.event_id and f.effect = expected.effect
        left join dead_letters d on d.event_id = o.event_id and d.subscriber = expected.effect
        where f.completed_at is null and (d.id is null or d.status = 'resolved')`,
    },
  ]
}
