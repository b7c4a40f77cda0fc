import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../server/platform/config.ts'
import { pauseMs } from '../../server/platform/queue/patience.ts'

const patience = { firstPauseMs: 500, longestPauseMs: 300_000 }

describe('the pause between two attempts', () => {
  it('doubles up to its cap', () => {
    expect([1, 2, 3, 10, 11, 12, 1_000].map(attempt => pauseMs(patience, attempt, 0))).toEqual([500, 1_000, 2_000, 256_000, 300_000, 300_000, 300_000])
  })

  it('is shorter by up to half of it by chance, so that what failed together does not come back together', () => {
    expect(pauseMs(patience, 2, 1)).toBe(500)
    expect(new Set(Array.from({ length: 50 }, () => pauseMs(patience, 12))).size).toBeGreaterThan(40)
  })

  it('with the settings that the shop starts with, an outage of half an hour ends before the attempts do, whatever chance does', () => {
    const { queue } = loadConfig({ DATABASE_URL: 'postgres://db/shop', STRIPE_SECRET_KEY: 'sk_test_0123456789', STRIPE_WEBHOOK_SECRET: 'whsec_0123456789' })
    const shortestMs = Array.from({ length: queue.attempts - 1 }, (_, index) => pauseMs(queue, index + 1, 1)).reduce((sum, ms) => sum + ms, 0)
    expect(shortestMs).toBeGreaterThan(31 * 60_000)
  })
})
