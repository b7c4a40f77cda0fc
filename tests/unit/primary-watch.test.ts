import { describe, expect, it } from 'vitest'
import { type Claim, judge, type Verdict } from '../../server/platform/db/primary-watch.ts'

const primary = (timeline: number): Claim => ({ primary: true, timeline })
const standby: Claim = { primary: false, timeline: 0 }
const silent: Claim = null
const start: Verdict = { index: 0, writable: true, timeline: null }
const known = (index: number, timeline: number, writable = true): Verdict => ({ index, writable, timeline })

describe('which server is the primary', () => {
  it.each([
    ['as configured', [primary(1), standby], start, known(0, 1)],
    ['the other way round than configured', [standby, primary(4)], start, known(1, 4)],
    ['the only one that answers', [silent, primary(2)], start, known(1, 2)],
    ['the one that was promoted', [silent, primary(2)], known(0, 1), known(1, 2)],
    ['of two the one on the higher timeline', [primary(1), primary(2)], known(0, 1), known(1, 2)],
    ['still that one, when the old one comes back', [primary(1), primary(2)], known(1, 2), known(1, 2)],
    ['still that one, when it is away and the old one is back', [primary(1), silent], known(1, 2), known(1, 2)],
    ['the present one of two on the same timeline', [primary(3), primary(3)], known(1, 3), known(1, 3)],
    ['the first of two on the same timeline, when nothing is known', [primary(3), primary(3)], start, known(0, 3)],
    ['the present one, as long as it is only silent', [silent, standby], known(0, 1), known(0, 1)],
    ['nobody, when it has become a standby and there is no other', [standby, standby], known(0, 1), known(0, 1, false)],
    ['nobody, when it has become a standby and the other is silent', [standby, silent], known(0, 1), known(0, 1, false)],
    ['still nobody, when that one falls silent', [silent, standby], known(0, 1, false), known(0, 1, false)],
    ['the one that is promoted then', [silent, primary(2)], known(0, 1, false), known(1, 2)],
    ['the same one, promoted again elsewhere in between', [primary(5), standby], known(0, 3), known(0, 5)],
  ] as const)('%s', (_, claims, before, expected) => expect(judge(claims, before)).toEqual(expected))
})
