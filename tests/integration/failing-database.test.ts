import type { Socket } from 'node:net'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../server/platform/db/connect.ts'
import { openDatabase } from '../../server/platform/db/database.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'

let own: OwnDatabase
beforeAll(async () => {
  own = await ownDatabase()
})
afterAll(() => own?.drop())

const terminate = (pid: number) => own.database.fresh(db => db.execute(sql`select pg_terminate_backend(${pid})`))

test('a connection that is lost between two statements fails its transaction and not the process', async () => {
  const pool = openPool({ url: own.url, max: 1, name: 'lost' })
  const client = await pool.connect()
  try {
    const { rows: [row] } = await client.query<{ pid: number }>('begin; select 1').then(() => client.query<{ pid: number }>('select pg_backend_pid() as pid'))
    const ended = new Promise<void>(resolve => client.once('end', () => resolve()))
    // Without a listener of the pool's own, this event would be thrown.
    expect(client.listenerCount('error')).toBeGreaterThan(0)
    await terminate(row!.pid)
    await ended
    await expect(client.query('select 1')).rejects.toThrow()
  }
  finally {
    client.release()
  }
  expect((await pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('a client of the bare driver has no such listener: the test above can fail', async () => {
  const pool = new pg.Pool({ connectionString: own.url, max: 1 })
  const client = await pool.connect()
  expect(client.listenerCount('error')).toBe(0)
  client.release()
  await pool.end()
})

test('connections that are lost before a transaction has begun are given back, however many', async () => {
  const poolMax = 2
  const database = openDatabase({ primaryUrl: own.url, poolMax, replicaMaxLagMs: 0, name: 'begin' })
  let losing = true
  database.pools.primary.on('acquire', (client) => {
    if (losing) (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy()
  })
  // One at a time and less than what opens the breaker.
  for (let lost = 0; lost < poolMax; lost++) await expect(database.write(tx => tx.execute(sql`select 1`))).rejects.toThrow()
  losing = false
  expect((await database.write(tx => tx.execute<{ one: number }>(sql`select 1 as one`))).result.rows).toEqual([{ one: 1 }])
  await database.close()
})

test('a write that waits too long for a lock is refused with 503, and is undone', async () => {
  await own.database.fresh(db => db.execute(sql`create table held (id int primary key, units int)`))
  await own.database.fresh(db => db.execute(sql`insert into held values (1, 5)`))
  const holder = await own.database.pools.primary.connect()
  const database = openDatabase({ primaryUrl: own.url, poolMax: 2, replicaMaxLagMs: 0, name: 'waiting', statementTimeoutMs: 200 })
  // It is the server's word that is wanted, however late it is heard.
  Object.assign(database.pools.primary.options, { query_timeout: 20_000 })
  try {
    await holder.query('begin; select * from held for update')
    await expect(database.write(tx => tx.execute(sql`update held set units = units - 1`))).rejects.toMatchObject({ statusCode: 503, code: 'platform/database-busy' })
    await holder.query('commit')
    expect((await database.fresh(db => db.execute(sql`select units from held`))).rows).toEqual([{ units: 5 }])
  }
  finally {
    holder.release()
    await database.close()
  }
})
