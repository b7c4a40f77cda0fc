/**
 * Prevents: a round trip to Redis for every request that is limited, above all for each of the thousands of somebody who
 * is over the limit already.
 * Guarantees: nothing passes that the shared limiter has not granted. Permits may be taken several at once, as many as the
 * key used in the last two seconds and at most `policy.lease`, and are void after two. A refusal is remembered for as long
 * as it named, since the time of the next permit only ever moves forward. What it costs: somebody spread over k
 * instances may be refused up to (k - 1) * (lease - 1) requests early.
 *
 * @pattern rate-limiting
 */
import type { RateDecision, RateLimiter, RateLimitPolicy } from './gcra.ts'

interface Account {
  held: number
  /** When what is held becomes void. */
  voidAt: number
  /** Requests in this term of a lease, and in the one before it. */
  spent: number
  spentBefore: number
  termEndsAt: number
  /** Told with the first request after an answer of the shared limiter, while it is fresh. */
  fresh: Pick<RateDecision, 'remaining' | 'resetMs'> | null
  /** A refusal holds until the first, which is never too late; and names the second, which is never too early. */
  refusedUntil: number
  namedUntil: number
  fullAt: number
  asking: Promise<void> | null
}

const newAccount = (): Account => ({ held: 0, voidAt: 0, spent: 0, spentBefore: 0, termEndsAt: 0, fresh: null, refusedUntil: 0, namedUntil: 0, fullAt: 0, asking: null })

/** Spares the shared limiter questions whose answer is known. Times in milliseconds; bounded, the oldest key leaves first. */
export function thriftyLimiter(shared: RateLimiter, { leaseMs = 2_000, maxKeys = 50_000, now = () => performance.now() } = {}): RateLimiter {
  const accounts = new Map<string, Account>()

  function keep(name: string, account: Account) {
    accounts.delete(name)
    accounts.set(name, account)
    if (accounts.size > maxKeys) accounts.delete(accounts.keys().next().value!)
  }

  function remember(account: Account, decision: RateDecision, askedAt: number) {
    const answeredAt = now()
    account.refusedUntil = decision.allowed ? 0 : askedAt + decision.retryAfterMs
    account.namedUntil = answeredAt + decision.retryAfterMs
    account.fullAt = answeredAt + decision.resetMs
  }

  function refusal(account: Account, at: number): RateDecision {
    return { allowed: false, granted: 0, remaining: 0, resetMs: account.fullAt - at, retryAfterMs: account.namedUntil - at }
  }

  /** Between two answers it promises only what it holds, since others may have taken the rest. */
  function spend(account: Account, at: number): RateDecision {
    account.held -= 1
    account.spent += 1
    const { fresh } = account
    account.fresh = null
    return { allowed: true, granted: 1, remaining: account.held + (fresh?.remaining ?? 0), resetMs: fresh?.resetMs ?? account.voidAt - at, retryAfterMs: 0 }
  }

  async function ask(account: Account, key: string, policy: RateLimitPolicy, most: number) {
    const askedAt = now()
    if (askedAt >= account.termEndsAt) {
      account.spentBefore = askedAt < account.termEndsAt + leaseMs ? account.spent : 0
      account.spent = 0
      account.termEndsAt = askedAt + leaseMs
    }
    const count = Math.min(most, Math.max(1, account.spent, account.spentBefore))
    const decision = await shared.take(key, policy, count)
    remember(account, decision, askedAt)
    account.held += decision.granted
    if (!decision.allowed) return
    account.voidAt = askedAt + leaseMs
    account.fresh = { remaining: decision.remaining, resetMs: decision.resetMs }
  }

  async function takeOne(name: string, key: string, policy: RateLimitPolicy): Promise<RateDecision> {
    const known = accounts.get(name)
    const askedAt = now()
    if (known && askedAt < known.refusedUntil) return refusal(known, askedAt)
    const decision = await shared.take(key, policy)
    if (!decision.allowed) {
      const account = known ?? newAccount()
      remember(account, decision, askedAt)
      keep(name, account)
    }
    return decision
  }

  async function takeLeased(name: string, key: string, policy: RateLimitPolicy, most: number): Promise<RateDecision> {
    const account = accounts.get(name) ?? newAccount()
    for (let asked = false; ; asked = true) {
      const at = now()
      if (at >= account.voidAt) account.held = 0
      const refused = at < account.refusedUntil
      // The last one is spent after a look at what is left, so that no answer says "none" while there are some.
      if (account.held > 1 || (account.held === 1 && (asked || refused))) return spend(account, at)
      if (refused) return refusal(account, at)
      keep(name, account)
      account.asking ??= ask(account, key, policy, most).finally(() => (account.asking = null))
      await account.asking
    }
  }

  return {
    take(key, policy) {
      const name = `${policy.name}:${key}`
      return policy.lease === undefined ? takeOne(name, key, policy) : takeLeased(name, key, policy, policy.lease)
    },
  }
}
