import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createOutbound, OutboundRefusedError, OutboundTimeoutError } from '../../server/platform/resilience/outbound.ts'
import { startLocalServer } from '../harness/local-server.ts'

const broken = () => Promise.reject(new Error('broken'))
const settings = { name: 'the service', timeoutMs: 1_000, concurrency: 2 }

describe('a call to the outside', () => {
  it('when the service answers, then its answer comes through', async () => {
    expect(await createOutbound(settings).call(async () => 42)).toBe(42)
  })

  it('when no answer comes in time, then the caller hears of a timeout and the request is aborted on the wire', async () => {
    const service = await startLocalServer(() => {})
    const outbound = createOutbound({ ...settings, timeoutMs: 150 })
    const from = performance.now()
    await expect(outbound.call(signal => fetch(service.url, { signal }))).rejects.toThrow(OutboundTimeoutError)
    expect(performance.now() - from).toBeLessThan(1_000)
    await service.untilLeft(1)
  })

  it('when the work ignores its signal, then the caller is free all the same', async () => {
    await expect(createOutbound({ ...settings, timeoutMs: 50 }).call(() => new Promise(() => {}))).rejects.toThrow('the service did not answer within 50 ms')
  })

  it('when it fails by itself, then the caller gets that error, and it is not tried again', async () => {
    const work = vi.fn(broken)
    await expect(createOutbound(settings).call(work)).rejects.toThrow('broken')
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('when it says that it may be repeated, then it is tried as often as was set and no more', async () => {
    const work = vi.fn(broken)
    await expect(createOutbound({ ...settings, attempts: 3 }).call(work, { repeatable: true })).rejects.toThrow('broken')
    expect(work).toHaveBeenCalledTimes(3)
  })

  it('when a repetition succeeds, then the caller never hears of the failure', async () => {
    const work = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('broken')).mockResolvedValueOnce('done')
    expect(await createOutbound(settings).call(work, { repeatable: true })).toBe('done')
  })

  it('when the answer is no fault of the service, then it is not repeated and does not count', async () => {
    const outbound = createOutbound({ ...settings, failures: 2, isFault: error => (error as Error).message !== 'declined' })
    const work = vi.fn(() => Promise.reject(new Error('declined')))
    for (let i = 0; i < 5; i++) await expect(outbound.call(work, { repeatable: true })).rejects.toThrow('declined')
    expect(work).toHaveBeenCalledTimes(5)
    expect(outbound.state()).toBe('closed')
  })
})

describe('a service that asks for patience', () => {
  const busy = (retryAfterMs: number) => Object.assign(new Error('busy'), { retryAfterMs })

  it('when it names a time, then it is not asked again before', async () => {
    const at: number[] = []
    const outbound = createOutbound({ ...settings, attempts: 3 })
    const work = () => {
      at.push(performance.now())
      return at.length < 3 ? Promise.reject(busy(400)) : Promise.resolve('done')
    }
    expect(await outbound.call(work, { repeatable: true })).toBe('done')
    // A timer may fire a fraction of a millisecond early.
    expect(Math.min(at[1]! - at[0]!, at[2]! - at[1]!)).toBeGreaterThanOrEqual(399)
  })

  it('when it names a longer time than anybody would wait, then it is not asked again at all', async () => {
    const work = vi.fn(() => Promise.reject(busy(60_000)))
    await expect(createOutbound({ ...settings, attempts: 3 }).call(work, { repeatable: true })).rejects.toThrow('busy')
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('when the time stands elsewhere than in the error, then whoever knows where is asked', async () => {
    const work = vi.fn(broken)
    const outbound = createOutbound({ ...settings, attempts: 3, retryAfterOf: error => (error as Error).message === 'broken' ? 60_000 : null })
    await expect(outbound.call(work, { repeatable: true })).rejects.toThrow('broken')
    expect(work).toHaveBeenCalledTimes(1)
  })
})

describe('the breaker', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => vi.useRealTimers())

  async function opened(openMs = 5_000) {
    const outbound = createOutbound({ ...settings, failures: 3, openMs })
    for (let i = 0; i < 3; i++) await expect(outbound.call(broken)).rejects.toThrow('broken')
    expect(outbound.state()).toBe('open')
    return outbound
  }

  it('when enough calls have failed in a row, then the next is refused at once and not made', async () => {
    const outbound = await opened()
    const work = vi.fn(async () => 1)
    await expect(outbound.call(work)).rejects.toThrow(OutboundRefusedError)
    await expect(outbound.call(work, { repeatable: true })).rejects.toThrow(OutboundRefusedError)
    expect(work).not.toHaveBeenCalled()
  })

  it('when one call succeeds between failures, then they are not in a row', async () => {
    const outbound = createOutbound({ ...settings, failures: 3 })
    for (const work of [broken, broken, async () => 1, broken, broken]) await outbound.call<unknown>(work).catch(() => {})
    expect(outbound.state()).toBe('closed')
  })

  it('when its time has not passed, then it stays open, and when it has, then one probe closes it', async () => {
    const outbound = await opened()
    vi.advanceTimersByTime(4_999)
    await expect(outbound.call(async () => 1)).rejects.toThrow(OutboundRefusedError)
    vi.advanceTimersByTime(1)
    const probe = Promise.withResolvers<number>()
    const rival = vi.fn(async () => 2)
    const first = outbound.call(() => probe.promise)
    const second = outbound.call(rival)
    expect(outbound.state()).toBe('half-open')
    await Promise.resolve()
    expect(rival).not.toHaveBeenCalled()
    probe.resolve(1)
    expect(await Promise.all([first, second])).toEqual([1, 2])
    expect(outbound.state()).toBe('closed')
  })

  it('when the probe fails, then it is open again for its whole time', async () => {
    const outbound = await opened()
    vi.advanceTimersByTime(5_000)
    await expect(outbound.call(broken)).rejects.toThrow('broken')
    vi.advanceTimersByTime(4_999)
    await expect(outbound.call(async () => 1)).rejects.toThrow(OutboundRefusedError)
  })

  it('when answers do not come in time, then that opens it as well', async () => {
    const service = await startLocalServer(() => {})
    const outbound = createOutbound({ ...settings, timeoutMs: 50, failures: 2 })
    for (let i = 0; i < 2; i++) await expect(outbound.call(signal => fetch(service.url, { signal }))).rejects.toThrow(OutboundTimeoutError)
    expect(outbound.state()).toBe('open')
  })
})

describe('the bulkhead', () => {
  it('when more calls come than may run and wait, then the rest are refused at once, and the breaker stays closed', async () => {
    const outbound = createOutbound({ ...settings, concurrency: 2, failures: 3, timeoutMs: 10_000 })
    const gate = Promise.withResolvers<undefined>()
    let running = 0
    let most = 0
    const work = async () => {
      running += 1
      most = Math.max(most, running)
      await gate.promise
      running -= 1
      return 'served'
    }
    const calls = Array.from({ length: 20 }, () => outbound.call(work, { repeatable: true }))
    const refused = await Promise.allSettled(calls.slice(6))
    expect(refused.filter(one => one.status === 'rejected' && one.reason instanceof OutboundRefusedError)).toHaveLength(14)
    expect(outbound.state()).toBe('closed')
    gate.resolve(undefined)
    expect(await Promise.all(calls.slice(0, 6))).toEqual(Array(6).fill('served'))
    expect(most).toBe(2)
  })

  it('when a call has timed out, then its place is free for the next', async () => {
    const outbound = createOutbound({ ...settings, concurrency: 1, timeoutMs: 50 })
    const hung = outbound.call(signal => once(signal, 'abort'))
    const next = outbound.call(async () => 'served')
    await expect(hung).rejects.toThrow()
    expect(await next).toBe('served')
  })
})
