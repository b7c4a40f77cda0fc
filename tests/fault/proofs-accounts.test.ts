import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, test } from 'vitest'
import { insertReset, giveToken, spendReset } from '../../server/auth/db/account-queries.ts'
import { insertUser } from '../../server/auth/db/queries.ts'
import { hashToken, newToken } from '../../server/auth/shopper.ts'
import { charge, type Tally, tallyOf } from '../../server/auth/throttle.ts'
import { audit, type AuditEntry } from '../../server/platform/audit/audit.ts'
import type { Executor, Transaction } from '../../server/platform/db/connect.ts'
import { type OwnShop, startOwnShop } from '../harness/own-shop.ts'
import { barrier, proof } from '../harness/proof.ts'
import { auditApart } from '../naive/audit-apart.ts'
import { countThenTry } from '../naive/count-then-try.ts'
import { spendAfterLooking } from '../naive/spend-after-looking.ts'

let shop: OwnShop
beforeAll(async () => {
  shop = await startOwnShop()
})
afterAll(() => shop?.stop())

const address = () => `ada-${crypto.randomUUID()}@example.com`
const anAccount = async (email = address()) => (await shop.database.fresh(db => insertUser(db, { email, name: 'Ada', passwordHash: 'x' })))!

test('without a charge before the look, guesses at the same time are all looked at', () => proof({
  pattern: 'account-throttling',
  claim: 'Of 40 guesses at one account at the same time, no more are looked at than are free, and one.',
  real: async (db: Executor, tally: Tally, hash: () => Promise<void>) => {
    await charge(db, tally)
    await hash()
  },
  naive: countThenTry,
  async check(guess) {
    const [guesses, free] = [40, 6]
    const tally = tallyOf(address(), null)
    let lookedAt = 0
    const hash = () => {
      lookedAt++
      return new Promise<void>(resolve => setTimeout(resolve, 50))
    }
    const from = performance.now()
    await Promise.allSettled(Array.from({ length: guesses }, () => shop.database.fresh(db => guess(db, tally, hash))))
    // The first block is a second, each next one twice as long: a machine that stalled has given more away.
    const givenByTime = Math.floor(Math.log2(1 + (performance.now() - from) / 1_000))
    return { violations: Math.max(0, lookedAt - free - givenByTime), guesses, lookedAt }
  },
}))

test('without known devices whoever guesses locks the owner out', () => proof({
  pattern: 'account-throttling',
  name: 'owner',
  claim: 'While somebody hammers at an account, its owner is let in on a device that they used before.',
  real: (email: string, deviceHash: Buffer) => tallyOf(email, deviceHash),
  naive: (email: string) => tallyOf(email, null),
  async check(tallyOfOwner) {
    const [email, owners] = [address(), 3]
    await Promise.allSettled(Array.from({ length: 20 }, () => shop.database.fresh(db => charge(db, tallyOf(email, null)))))
    const entered = await Promise.allSettled(Array.from({ length: owners }, () => shop.database.fresh(db => charge(db, tallyOfOwner(email, hashToken(newToken()))))))
    const refused = entered.filter(({ status }) => status === 'rejected').length
    return { violations: refused, logIns: owners, refused }
  },
}))

test('without one statement that spends it a link works twice', () => proof({
  pattern: 'password-reset',
  claim: 'Of two who use a link at the same time, one sets the password.',
  real: (db: Executor, tokenHash: Buffer, looked: () => Promise<void>) => looked().then(() => spendReset(db, tokenHash)),
  naive: spendAfterLooking,
  async check(spend) {
    const account = await anAccount()
    const tokenHash = hashToken(newToken())
    await shop.database.fresh(async db => giveToken(db, (await insertReset(db, account.email)).id, tokenHash))
    const together = barrier(2)
    const opened = await Promise.all([1, 2].map(() => shop.database.fresh(db => spend(db, tokenHash, together))))
    const passwordsSet = opened.filter(userId => userId === account.id).length
    return { violations: Math.abs(passwordsSet - 1), uses: 2, passwordsSet }
  },
}))

test('without the change\'s own transaction the log has what never happened', () => proof({
  pattern: 'audit-log',
  claim: 'Of six changes, of which every second is rolled back, the log has those that came about.',
  real: (tx: Transaction, entry: AuditEntry) => audit(tx, entry),
  naive: (tx, entry) => auditApart(shop.rival)(tx, entry),
  async check(record) {
    const { id: userId } = await anAccount()
    const changes = 6
    for (let index = 0; index < changes; index++) {
      await shop.database.write(async (tx) => {
        await tx.execute(sql`insert into known_devices (device_hash, user_id) values (${hashToken(newToken())}, ${userId})`)
        await record(tx, { kind: 'auth.tried', userId })
        if (index % 2) throw new Error('rolled back')
      }).catch(() => {})
    }
    const cameAbout = await shop.count(sql`select count(*)::int as count from known_devices where user_id = ${userId}`)
    const entries = await shop.count(sql`select count(*)::int as count from audit_log where user_id = ${userId}`)
    return { violations: Math.abs(entries - cameAbout), changes, cameAbout, entries }
  },
}))
