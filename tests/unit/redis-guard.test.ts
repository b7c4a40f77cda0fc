import { type Redis, ReplyError } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { guardRedis, RedisUnavailable } from '../../server/platform/cache/redis-guard.ts'
import { rememberTiming } from '../../server/platform/telemetry/current-timing.ts'
import { ServerTiming } from '../../server/platform/telemetry/server-timing.ts'

/** A guard whose clock and whose Redis are the test's. */
function scene() {
  let nowMs = 0
  const pings: { answer: () => void, fail: (error: Error) => void }[] = []
  const ping = () => new Promise<string>((resolve, reject) => pings.push({ answer: () => resolve('PONG'), fail: reject }))
  const guard = guardRedis({ ping } as unknown as Redis, { name: 'a Redis', probeAfterMs: 1_000, now: () => nowMs })
  const failing = (error: Error) => guard.run(() => Promise.reject(error)).catch((caught: unknown) => caught)
  return { guard, pings, failing, pass: (ms: number) => void (nowMs += ms), answering: () => guard.run(async () => 'answer').catch((caught: unknown) => caught) }
}
const late = new Error('Command timed out')
const refused = new Error('Stream isn\'t writeable and enableOfflineQueue options is false')
const settled = () => new Promise(resolve => setImmediate(resolve))

describe('the guard of a connection', () => {
  it('when a command is late, then nobody asks any more', async () => {
    const { guard, failing, answering } = scene()
    expect(await failing(late)).toBe(late)
    expect(guard.state()).toBe('half-open')
    expect(await answering()).toBeInstanceOf(RedisUnavailable)
  })

  it('when two in a row find no connection, then nobody asks any more; one between two answers is forgotten', async () => {
    const { guard, failing, answering } = scene()
    await failing(refused)
    expect(await answering()).toBe('answer')
    await failing(refused)
    expect(guard.state()).toBe('closed')
    await failing(refused)
    expect(guard.state()).toBe('half-open')
  })

  it('when Redis itself says no, then it is there', async () => {
    const { guard, failing } = scene()
    const full = new ReplyError('OOM command not allowed') as Error
    for (let i = 0; i < 5; i++) expect(await failing(full)).toBe(full)
    expect(guard.state()).toBe('closed')
  })

  it('when it was this process that stood still, then the probe at once finds Redis there', async () => {
    const { guard, pings, failing, answering } = scene()
    await failing(late)
    expect(await answering()).toBeInstanceOf(RedisUnavailable)
    pings[0]!.answer()
    await settled()
    expect(guard.state()).toBe('closed')
    expect(await answering()).toBe('answer')
  })

  it('when the probe fails, then the next one asks after a second, and nobody waits for it', async () => {
    const { guard, pings, failing, answering, pass } = scene()
    await failing(late)
    pings[0]!.fail(late)
    await settled()
    expect(guard.state()).toBe('open')
    pass(999)
    await answering()
    expect(pings).toHaveLength(1)
    pass(1)
    for (let i = 0; i < 5; i++) expect(await answering()).toBeInstanceOf(RedisUnavailable)
    expect([pings.length, guard.state()]).toEqual([2, 'half-open'])
    pings[1]!.answer()
    await settled()
    expect(await answering()).toBe('answer')
  })

  it('when something sent before is answered late, then the way stays closed until the probe', async () => {
    const { guard, failing } = scene()
    let answer = (_: string) => {}
    const before = guard.run(() => new Promise<string>(resolve => (answer = resolve)))
    await failing(late)
    answer('late')
    expect(await before).toBe('late')
    expect(guard.state()).toBe('half-open')
  })

  it('tells the request what it spent', async () => {
    const { guard, pass } = scene()
    const timing = new ServerTiming()
    await (async () => {
      rememberTiming(timing)
      await guard.run(async () => pass(12))
      await guard.run(async () => pass(30)).catch(() => {})
    })()
    expect(timing.header()).toContain('redis;dur=42.0')
  })
})
