import { once } from 'node:events'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPool } from '../../server/platform/db/connect.ts'
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
    const ended = once(client, 'end')
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
