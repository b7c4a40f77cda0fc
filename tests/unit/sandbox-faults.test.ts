import { describe, expect, it } from 'vitest'
import { createFaults } from '../../sandbox/faults/registry.ts'
import type { Faults } from '../../sandbox/faults/registry.ts'

const draws = (faults: Faults, count = 200) => Array.from({ length: count }, () => faults.roll('payments', 'errorRate', 0.3))

describe('fault knobs', () => {
  it('fail the same requests for the same seed, and others for another', () => {
    expect(draws(createFaults('7'))).toEqual(draws(createFaults('7')))
    expect(draws(createFaults('7'))).not.toEqual(draws(createFaults('8')))
  })

  it('fail about the share that was asked for', () => {
    const failed = draws(createFaults('share'), 5_000).filter(Boolean).length
    expect(failed / 5_000).toBeGreaterThan(0.27)
    expect(failed / 5_000).toBeLessThan(0.33)
  })

  it('start afresh when they are set, and draw apart from each other', () => {
    const faults = createFaults('7')
    const first = draws(faults)
    faults.set('payments', { errorRate: 0.3 })
    const withOthers = Array.from({ length: 200 }, () => {
      faults.roll('payments', 'duplicateWebhooks', 0.5)
      faults.roll('carrier', 'errorRate', 0.5)
      return faults.roll('payments', 'errorRate', 0.3)
    })
    expect(withOthers).toEqual(first)
  })

  it('of 0 and 1 are certain', () => {
    const faults = createFaults('7')
    expect([faults.roll('carrier', 'errorRate', 0), faults.roll('carrier', 'errorRate', undefined), faults.roll('carrier', 'errorRate', 1)]).toEqual([false, false, true])
  })

  it('are refused when unknown to the service or out of range', () => {
    const faults = createFaults('7')
    expect(() => faults.set('payments', { garbage: true })).toThrow(/garbage/)
    expect(() => faults.set('recommendations', { duplicateWebhooks: 1 })).toThrow(/duplicateWebhooks/)
    expect(() => faults.set('carrier', { errorRate: 1.1 })).toThrow(/errorRate/)
    expect(() => faults.set('carrier', { down: 'yes' })).toThrow(/down/)
    expect(faults.get('carrier')).toEqual({})
    expect(() => createFaults('7', { payments: { only: 'capture', hang: true } })).not.toThrow()
  })
})
