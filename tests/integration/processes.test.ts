import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { runMigrations } from '../../server/platform/db/migrate.ts'
import type { Health } from '../../shared/schemas/health.ts'
import { runningShop } from '../harness/running-shop.ts'

const shop = runningShop()
afterAll(shop.close)
const root = fileURLToPath(new URL('../..', import.meta.url))

describe('health', () => {
  test('tells each dependency with its status, its time and the role of the process', async () => {
    const health = await (await fetch(`${shop.url}/api/health`)).json() as Health
    expect(health).toMatchObject({ status: 'pass', role: 'web', version: expect.any(String), uptimeS: expect.any(Number) })
    for (const name of ['database', 'replica', 'cache', 'queue'] as const) expect(health.checks[name]).toMatchObject({ status: 'pass', observedMs: expect.any(Number) })
    expect(await (await fetch(`${shop.url}/api/health/ready`)).json()).toEqual({ status: 'pass', failed: [] })
    expect(await (await fetch(`${shop.url}/api/health/live`)).json()).toEqual({ status: 'pass' })
  })
})

describe('a process', () => {
  test('that is badly configured stops at once and names each variable and what was expected', async () => {
    const child = spawn(process.execPath, ['.output/server/index.mjs'], { cwd: root, env: { PATH: process.env.PATH, PORT: '0', DATABASE_URL: 'mysql://x', APP_ROLE: 'wrb', STRIPE_SECRET_KEY: 'sk_test_secret_value' } })
    let text = ''
    child.stderr.on('data', chunk => (text += chunk))
    const [code] = await once(child, 'exit')
    expect(code).toBe(78)
    expect(text).toMatch(/DATABASE_URL: expected a URL starting with postgres:\/\//)
    expect(text).toMatch(/APP_ROLE: /)
    expect(text).toMatch(/STRIPE_WEBHOOK_SECRET: /)
    expect(text).not.toContain('sk_test_secret_value')
  })
})

describe('migrations', () => {
  test('when ten instances start at once, then each finds a complete schema', async () => {
    const name = `race_${crypto.randomUUID().replaceAll('-', '')}`
    const admin = new pg.Client({ connectionString: shop.primaryUrl })
    await admin.connect()
    await admin.query(`create database ${name}`)
    const url = new URL(shop.primaryUrl)
    url.pathname = `/${name}`
    try {
      await Promise.all(Array.from({ length: 10 }, () => runMigrations(url.href, `${root}/drizzle`)))
      const client = new pg.Client({ connectionString: url.href })
      await client.connect()
      const { rows } = await client.query<{ migrations: string, orders: string }>('select (select count(*) from drizzle.__drizzle_migrations) as migrations, (select count(*) from orders) as orders')
      await client.end()
      expect(Number(rows[0]!.migrations)).toBeGreaterThan(2)
      expect(rows[0]!.orders).toBe('0')
    }
    finally {
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    }
  })
})
