import { sql } from 'drizzle-orm'
import type { Invariant } from '../platform/invariant.ts'

/** What must hold of mails. */
export const mailInvariants: readonly Invariant[] = [
  {
    name: 'one-mail-a-piece-of-news',
    says: 'Each event about an order that this domain has digested has one mail, and no mail is about nothing.',
    query: () => sql`
      select coalesce(f.event_id, m.event_id) as id
      from (select event_id from effects where effect = 'notifications') f full join (select event_id, count(*) as times from mails group by 1) m using (event_id)
      where m.event_id is null or m.times > 1
        or (f.event_id is null and not exists (select 1 from effects e where e.event_id = m.event_id and e.effect = 'account-mail'))`,
  },
  {
    name: 'mails-are-sent',
    says: 'Each mail is sent within a quarter of an hour, or lies in the dead letters.',
    query: due => sql`
      select m.event_id as id from mails m where m.sent_at is null and m.created_at < ${due(900)}
        and not exists (select 1 from dead_letters d where d.event_id = m.event_id and d.subscriber in ('notifications', 'account-mail') and d.status <> 'resolved')`,
  },
]
