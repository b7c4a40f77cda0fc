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
        late as (select event_id, type from outbox where created_at < ${due(600)} and created_at > ${due(600)} - interval '7 days')
        select distinct o.event_id as id from late o join expected e using (type)
        where not exists (select 1 from effects f where f.event_id = o.event_id and f.effect = e.effect and f.completed_at is not null)
          and not exists (select 1 from dead_letters d where d.event_id = o.event_id and d.subscriber = e.effect and d.status <> 'resolved')`,
    },
  ]
}
