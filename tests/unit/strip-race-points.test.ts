import { describe, expect, test } from 'vitest'
import { stripRacePoints } from '../../scripts/build/strip-race-points.ts'
import { read } from '../architecture/source-files.ts'

const { transform } = stripRacePoints()
const id = '/project/server/orders/place-order.ts'

describe('taking the race points out', () => {
  test('leaves the rest of the file as it is', () => {
    const code = 'const a = 1\n  await racePoint(\'order-claimed\')\n\tawait racePoint(\'mail-sent\')\nconst b = 2\n'
    expect(transform(code, id)?.code).toBe('const a = 1\nconst b = 2\n')
  })

  test('takes every one out of the real files', () => {
    const files = ['server/orders/place-order.ts', 'server/platform/outbox/relay.ts', 'server/payments/advance-payment.ts']
    for (const file of files) {
      expect(read(file)).toMatch(/racePoint\('/)
      expect(transform(read(file), `/project/${file}`)?.code).not.toMatch(/racePoint\(/)
    }
  })

  test.each([
    ['in the middle of a line', 'if (late) await racePoint(\'order-claimed\')\n'],
    ['followed by something', '  await racePoint(\'order-claimed\'); pay()\n'],
    ['without await', '  racePoint(\'order-claimed\')\n'],
    ['with a computed name', '  await racePoint(point)\n'],
    ['kept for later', '  const moment = racePoint(\'order-claimed\')\n'],
    ['on two lines', '  await racePoint(\n    \'order-claimed\',\n  )\n'],
  ])('fails on one that is %s', (_, code) => {
    expect(() => transform(code, id)).toThrow('a race point must be a line of its own')
  })

  test.each([['another folder', '/project/tests/fault/races.ts'], ['the file that defines them', '/project/server/platform/race-points.ts'], ['a page', '/project/server/page.vue']])('leaves %s alone', (_, file) => {
    expect(transform('  await racePoint(\'order-claimed\')\n', file)).toBeNull()
  })
})
