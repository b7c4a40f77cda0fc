import { expect, it } from 'vitest'
import { createHotAnswers } from '../../server/platform/cache/hot-answers.ts'

const answer = (size: number) => ({ status: 200, body: Buffer.alloc(size), etag: '"x"', headers: {}, madeAt: 0, keep: true })

it('when there is more than may be kept, then what was not asked for the longest leaves', () => {
  const hot = createHotAnswers({ maxBytes: 50_000 })
  for (let i = 0; i < 12; i++) {
    hot.set(`k${i}`, answer(4_000), 1_000)
    hot.get('k0')
  }
  expect(hot.bytes()).toBeLessThanOrEqual(50_000)
  expect(hot.get('k0')).toBeDefined()
  expect(hot.get('k1')).toBeUndefined()
  expect(hot.get('k11')).toBeDefined()
})

it('when its seconds are over, then it is gone, and its bytes with it', () => {
  let now = 0
  const hot = createHotAnswers({ maxBytes: 50_000, now: () => now })
  hot.set('k', answer(100), 5_000)
  now = 4_999
  expect(hot.get('k')).toBeDefined()
  now = 5_000
  expect(hot.get('k')).toBeUndefined()
  expect(hot.bytes()).toBe(0)
})

it('when an entry is written anew, then its bytes count once', () => {
  const hot = createHotAnswers({ maxBytes: 50_000 })
  for (let i = 0; i < 100; i++) hot.set('k', answer(1_000), 1_000)
  expect(hot.bytes()).toBe(2_000)
})

it('when one answer alone is large, then it does not push out the others', () => {
  const hot = createHotAnswers({ maxBytes: 50_000 })
  hot.set('small', answer(100), 1_000)
  hot.set('large', answer(45_000), 1_000)
  expect(hot.get('large')).toBeUndefined()
  expect(hot.get('small')).toBeDefined()
})

it('when it may be kept for no time, then it is not kept', () => {
  const hot = createHotAnswers({ maxBytes: 50_000 })
  hot.set('k', answer(100), 0)
  expect(hot.get('k')).toBeUndefined()
})
