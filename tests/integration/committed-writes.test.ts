import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDatabase } from '../../server/platform/db/database.ts'
import { type Lsn, unknownLsn } from '../../server/platform/db/lsn.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'

const shop = runningShop()
let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
  await own.database.fresh(db => db.execute(sql`create table written (n int)`))
})
afterAll(async () => {
  await own.drop()
  await shop.close()
})

test('when the primary dies between a commit and the question for its position, then the write has not failed, and its writer reads from the primary', async () => {
  const lost = vi.spyOn(own.database.pools.primary, 'query').mockImplementationOnce(() => Promise.reject(new Error('Connection terminated unexpectedly')))
  const { result, lsn } = await own.database.write(async (tx) => {
    await tx.execute(sql`insert into written values (1)`)
    return 'done'
  })
  expect(lost).toHaveBeenCalledOnce()
  lost.mockRestore()
  expect([result, lsn]).toEqual(['done', unknownLsn])
  expect((await own.database.fresh(db => db.execute(sql`select n from written`))).rows).toEqual([{ n: 1 }])
})

test('when a position is not known, then no replica is fresh enough, however far it is', async () => {
  const both = openDatabase({ primaryUrl: shop.primaryUrl, replicaUrl: shop.replicaUrl, poolMax: 2, replicaMaxLagMs: 10_000, name: 'test' })
  try {
    await vi.waitUntil(() => both.replicaState()?.usable, { timeout: 10_000 })
    const rolesAfter = async (after: Lsn | null) => {
      const roles: string[] = []
      await both.read(db => db.execute(sql`select 1`), { after, onRole: role => roles.push(role) })
      return roles
    }
    expect([await rolesAfter('0/1'), await rolesAfter(unknownLsn)]).toEqual([['replica'], ['primary']])
  }
  finally {
    await both.close()
  }
})

test('when a standby breaks a query off, as it does with all that waited while it was frozen, then the primary answers', async () => {
  const both = openDatabase({ primaryUrl: shop.primaryUrl, replicaUrl: shop.replicaUrl, poolMax: 2, replicaMaxLagMs: 10_000, name: 'test' })
  try {
    await vi.waitUntil(() => both.replicaState()?.usable, { timeout: 10_000 })
    const roles: string[] = []
    const breakOffOnStandby = sql`select pg_is_in_recovery() as standby, case when pg_is_in_recovery() then pg_cancel_backend(pg_backend_pid()) end`
    const { rows } = await both.read(db => db.execute<{ standby: boolean }>(breakOffOnStandby), { onRole: role => roles.push(role) })
    expect([rows[0]!.standby, roles]).toEqual([false, ['primary']])
  }
  finally {
    await both.close()
  }
})
