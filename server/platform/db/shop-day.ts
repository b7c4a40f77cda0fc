/**
 * The shop's day: where its workshop stands, midnight to midnight, by the database's clock. A day of the year in which the clocks
 * change has 23 or 25 hours.
 */
import { sql, type SQL } from 'drizzle-orm'
import type { Executor } from './connect.ts'

export const shopZone = 'Europe/London'
/** In the text of a statement and not as a parameter, so that an expression is the same one wherever it stands. */
const zone = sql.raw(`'${shopZone}'`)

/** When a day begins, `daysLater` on. @param day as `2026-11-22` */
export const startOfDay = (day: string, daysLater = 0): SQL => sql`((${day}::date + ${daysLater}::int)::timestamp at time zone ${zone})`

/** On which day of the shop something was, as text. */
export const shopDayOf = (at: SQL | SQL.Aliased | { getSQL(): SQL }): SQL<string> => sql`((${at}) at time zone ${zone})::date::text`

/** Moments that figures are about, in text that the database reads back to the microsecond. */
export interface ShopTimes {
  now: string
  /** When today began. */
  today: string
  /** A week before `now` by the clock on the wall, and when that day began. */
  weekAgo: string
  weekAgoDay: string
  /** When the last thirty days began, of which today is one. */
  monthAgo: string
}

/** @param at another moment than the present, for tests */
export async function shopTimes(db: Pick<Executor, 'execute'>, at?: Date): Promise<ShopTimes> {
  const now = at ? sql`${at.toISOString()}::timestamptz` : sql`clock_timestamp()`
  const { rows } = await db.execute<{ [K in keyof ShopTimes]: string }>(sql`
    select now::text as now, (day at time zone ${zone})::text as today, ((wall - interval '7 days') at time zone ${zone})::text as "weekAgo",
      ((day - interval '7 days') at time zone ${zone})::text as "weekAgoDay", ((day - interval '29 days') at time zone ${zone})::text as "monthAgo"
    from (select now, now at time zone ${zone} as wall, date_trunc('day', now at time zone ${zone}) as day from (select ${now} as now) clock) times`)
  return rows[0]!
}
