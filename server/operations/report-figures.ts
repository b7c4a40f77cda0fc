import type { Figures, Waiting } from '../../shared/schemas/desk.ts'
import { countOpenReturns, countToPack, countToPackAt, listBestSellers, sumDays, sumOrders } from '../orders/index.ts'
import { countOpenFindings } from '../payments/index.ts'
import type { Reader } from '../platform/db/database.ts'
import { shopTimes } from '../platform/db/shop-day.ts'
import type { Invariant } from '../platform/invariant.ts'
import { countFewLeft } from '../products/index.ts'
import { countDeadLetters, listChecks } from './db/queries.ts'
import { staleAfterS } from './report-invariants.ts'

/** What needs a hand: small counts, each by an index or from a small table. */
export async function reportWaiting(db: Reader): Promise<Waiting> {
  const { now } = await shopTimes(db)
  const [toPack, returns, letters, checks, differences] = await Promise.all([countToPack(db), countOpenReturns(db, now), countDeadLetters(db), listChecks(db), countOpenFindings(db)])
  return { toPack, openReturns: returns.now, deadLetters: letters.waiting, brokenInvariants: checks.filter(({ check }) => check.broken > 0).length, differences }
}

/**
 * Today beside the same time of last week, the last thirty days and the week's best sellers; all by the database's clock and in the
 * shop's days. It reads the orders of thirty days by their time, and the lines of nine days.
 * @param at another moment than the present, for tests
 */
export async function reportFigures(db: Reader, invariants: readonly Pick<Invariant, 'name'>[], at?: Date): Promise<Figures> {
  const times = await shopTimes(db, at)
  const { now, today, weekAgo, weekAgoDay } = times
  // One after the other: a page for one admin takes one connection, as everybody's do.
  const sums = await sumOrders(db, today, now)
  const sumsThen = await sumOrders(db, weekAgoDay, weekAgo)
  const days = await sumDays(db, times)
  const bestSellers = await listBestSellers(db, weekAgo)
  const waiting = await reportWaiting(db)
  const toPackThen = await countToPackAt(db, weekAgo)
  const returns = await countOpenReturns(db, weekAgo)
  const few = await countFewLeft(db, weekAgo)
  const checks = await listChecks(db)
  const ages = new Map(checks.map(({ check, ageS }) => [check.name, ageS]))
  return {
    at: new Date(now).toISOString(),
    today: { ...sums, toPack: waiting.toPack, openReturns: returns.now, fewLeft: few.now },
    weekAgo: { ...sumsThen, toPack: toPackThen, openReturns: returns.then, fewLeft: few.then },
    days,
    bestSellers,
    waiting,
    invariantsStale: invariants.some(({ name }) => (ages.get(name) ?? Infinity) > staleAfterS),
  }
}
