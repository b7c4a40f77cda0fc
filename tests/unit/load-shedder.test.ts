import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLoadShedder, nextLimit } from '../../server/platform/resilience/load-shedder.ts'
import { type Priority, treatmentOf } from '../../server/platform/resilience/priorities.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A shedder whose event loop is as late as it is told. */
function shedderWith({ enabled = true, maxInFlight = 500 } = {}) {
  let delayMs: number | null = 0
  const shedder = createLoadShedder({ enabled, maxInFlight, targetDelayMs: 50 }, { readMs: () => delayMs, stop: () => {} })
  return { shedder, late: (ms: number | null) => (delayMs = ms), admitted: (priority: Priority, wanted: number) => Array.from({ length: wanted }, () => shedder.admit(priority)).filter(over => over !== null) }
}

describe('the load shedder', () => {
  it('when the loop is on time, then everything is admitted up to its share, and buying far beyond', () => {
    const { admitted } = shedderWith()
    expect(admitted('suggesting', 600)).toHaveLength(30)
    expect(admitted('searching', 600)).toHaveLength(30)
    expect(admitted('browsing', 600)).toHaveLength(40)
    expect(admitted('buying', 600)).toHaveLength(500)
  })

  it('when browsing has taken the limit, then there is none left for search, and buying does not count', () => {
    const { admitted } = shedderWith()
    admitted('buying', 100)
    expect(admitted('browsing', 100)).toHaveLength(100)
    expect([admitted('searching', 1), admitted('suggesting', 1)]).toEqual([[], []])
  })

  it('when as many searches are in the making as are any use, then no more are admitted, and browsing is', () => {
    const { admitted, shedder } = shedderWith()
    expect(admitted('searching', 20)).toHaveLength(20)
    const making = Array.from({ length: 20 }, () => shedder.beginMaking('searching')).filter(over => over !== null)
    expect(making).toHaveLength(6)
    expect([shedder.admit('searching'), shedder.beginMaking('searching')]).toEqual([null, null])
    expect([admitted('browsing', 1), shedder.beginMaking('browsing')]).not.toContain(null)
    making[0]!()
    making[0]!()
    expect([shedder.beginMaking('searching'), shedder.beginMaking('searching')].map(over => over === null)).toEqual([false, true])
  })

  it('when an answer is over, then its place is free again, once', () => {
    const { admitted, shedder } = shedderWith({ maxInFlight: 50 })
    const [first] = admitted('browsing', 10)
    expect(shedder.admit('browsing')).toBeNull()
    first!()
    first!()
    expect(admitted('browsing', 10)).toHaveLength(1)
  })

  it('when the loop is late, then the limit falls within a second, suggestions and search first, and it is back within ten', () => {
    const { admitted, shedder, late } = shedderWith()
    late(200)
    vi.advanceTimersByTime(1_000)
    expect(shedder.state().limit).toBe(12)
    expect([admitted('suggesting', 9), admitted('searching', 9), admitted('browsing', 9)].map(held => held.length)).toEqual([3, 4, 5])
    expect(admitted('buying', 400)).toHaveLength(400)
    late(10)
    vi.advanceTimersByTime(10_000)
    expect(shedder.state().limit).toBe(100)
  })

  it('when the loop has not turned, then nothing is concluded; when it is off, then nobody is refused, and all are counted', () => {
    const { shedder, late } = shedderWith()
    late(null)
    vi.advanceTimersByTime(5_000)
    expect(shedder.state().limit).toBe(100)
    const off = shedderWith({ enabled: false })
    expect(off.admitted('suggesting', 2_000)).toHaveLength(2_000)
    expect(off.shedder.state().inFlight.suggesting).toBe(2_000)
  })

  it('cuts once for those that were there before the last cut', () => {
    const late = { delayMs: 500, targetDelayMs: 50, ceiling: 100 }
    expect(nextLimit(40, { ...late, inFlight: 41 })).toBe(40)
    expect(nextLimit(40, { ...late, inFlight: 40 })).toBeCloseTo(28)
    expect(nextLimit(40, { ...late, delayMs: 60, inFlight: 40 })).toBeCloseTo(37.6)
  })
})

describe('what a request is for', () => {
  it.each([
    ['/api/health/ready', 'exempt'], ['/metrics', 'exempt'], ['/api/payments/webhook', 'exempt'], ['/api/fulfilment/webhook', 'exempt'], ['/api/orders/7f/events', 'exempt'], ['/pictures/a/b.webp', 'exempt'],
    ['/api/products/suggest', 'suggesting'],
    ['/search', 'searching'], ['/categories/mugs', 'searching'], ['/api/products', 'searching'],
    ['/', 'browsing'], ['/products/tidewater-mug', 'browsing'], ['/api/products/tidewater-mug', 'browsing'], ['/api/categories', 'browsing'], ['/searching', 'browsing'], ['/wp-login.php', 'browsing'], ['//', 'browsing'],
    ['/cart', 'buying'], ['/cart/add', 'buying'], ['/api/cart/items', 'buying'], ['/checkout', 'buying'], ['/api/checkout', 'buying'], ['/orders/7f', 'buying'], ['/api/orders', 'buying'], ['/api/payments/methods', 'buying'],
    ['/login', 'buying'], ['/auth/login', 'buying'], ['/api/auth/session', 'buying'], ['/account', 'buying'], ['/admin', 'buying'],
  ])('%s is %s', (path, treatment) => expect(treatmentOf(path)).toBe(treatment))
})
