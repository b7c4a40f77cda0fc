import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { takeBackup, verifyBackup } from '../../scripts/ops/backup.ts'
import { restoreBackup } from '../../scripts/ops/restore.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { localBackup, localRestore, localVersion } from '../harness/local-ops.ts'
import { type Maybe, TestShopper, until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack({ postgres: 'own', env: { OUTBOX_LOST_AFTER_MS: '2000', SWEEP_EVERY_MS: '1000', PAYMENT_RESUME_AFTER_MS: '5000', QUEUE_LOCK_MS: '3000' } })
})
afterAll(() => stack?.stop())

const ledger = async () => (await (await fetch(`${stack.sandbox.url}/ledger`)).json() as { intents: { orderId: string, capturedMinor: number, refundedMinor: number }[] }).intents
const orderIds = async () => (await stack.database.fresh(db => db.execute<{ id: string }>(sql`select id from orders order by id`))).rows.map(row => row.id)

describe('a backup', () => {
  test('when both data folders are lost, then it brings back every order that was committed before it, and the shop sells on', async () => {
    const [variantId] = await addProduct(stack.database, product('backup', { stock: 100 }))
    const buyers = Array.from({ length: 6 }, () => new TestShopper(stack.urls[0]!))
    const orders: Order[] = []
    for (const buyer of buyers) orders.push((await buyer.buy(variantId!)).body)
    const version = localVersion(stack)
    const before = await orderIds()
    const { folder, manifest } = await takeBackup(localBackup(stack), join(stack.dataDir, 'backups'))
    expect(manifest).toMatchObject({ takenFrom: 'primary', postgres: await version, timeline: 1 })
    const late: string[] = []
    for (let order = 0; order < 3; order++) late.push((await new TestShopper(stack.urls[0]!).buy(variantId!)).body.id)

    const target = localRestore(stack, version)
    await expect(restoreBackup(target, folder)).rejects.toThrow(/--yes/)
    await expect(restoreBackup({ ...target, postgres: async () => 12 }, folder, { yes: true })).rejects.toThrow(/Postgres/)
    expect(await orderIds()).toHaveLength(before.length + late.length)

    await Promise.all([stack.cluster.primary.kill(), stack.cluster.replica!.kill()])
    rmSync(stack.cluster.primary.dataDir, { recursive: true })
    rmSync(stack.cluster.replica!.dataDir, { recursive: true })
    const { tookMs } = await restoreBackup(target, folder, { yes: true })

    const restored = await until(async () => orderIds().catch(() => []), ids => ids.length > 0)
    expect(restored).toEqual(before)
    for (const [index, buyer] of buyers.entries()) expect((await buyer.get<Maybe<Order>>(`/api/orders/${orders[index]!.id}`)).body).toMatchObject({ number: orders[index]!.number, totalMinor: orders[index]!.totalMinor })
    const { status, body } = await new TestShopper(stack.urls[0]!).buy(variantId!)
    expect([status, before.includes(body.id)]).toEqual([201, false])
    await until(async () => stack.database.replicaState(), state => state?.usable === true)
    // What was bought after the backup is the stated loss; the bank still has it, and says so when it is asked.
    await until(() => brokenInvariants(stack.database, async () => (await ledger()).filter(intent => !late.includes(intent.orderId))), broken => Object.keys(broken).length === 0, { everyMs: 500 })
    process.stdout.write(`backup: ${(manifest.bytes / 1e6).toFixed(1)} MB in ${Date.parse(manifest.finishedAt) - Date.parse(manifest.startedAt)} ms; restored in ${tookMs} ms, ${before.length} orders kept, ${late.length} of after it lost\n`)

    // One that was touched is refused before anything is.
    appendFileSync(join(folder, 'base.tar.gz'), 'x')
    await expect(restoreBackup(target, folder, { yes: true })).rejects.toThrow(/checksum/)
    rmSync(join(folder, 'manifest.json'))
    await expect(verifyBackup(folder)).rejects.toThrow(/no backup/)
    expect(await orderIds()).toHaveLength(before.length + 1)
  }, 180_000)
})
