import { describe, expect, it } from 'vitest'
import type { Transaction } from '../../server/platform/db/connect.ts'
import type { Database } from '../../server/platform/db/database.ts'
import { continueTrace, traceIdOf, traceOf, writeInTrace } from '../../server/platform/telemetry/trace-context.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const given = `00-${traceId}-00f067aa0ba902b7-01`

describe('a traceparent', () => {
  it('when it is valid, then its trace goes on under a span of our own', () => {
    const ours = continueTrace(given)
    expect(ours).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
    expect(ours).not.toBe(given)
    expect(traceIdOf(ours)).toBe(traceId)
  })

  it('when it is of a later version, then what we know of it is read, and the rest left', () => {
    expect(continueTrace(`cc-${traceId}-00f067aa0ba902b7-03-what-will-be`)).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`))
  })

  it.each([
    undefined, '', 'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${traceId}-00f067aa0ba902b7-01-more`,
    `00-${traceId}-00f067aa0ba902b7`,
    `00-${traceId}-00f067aa0ba902b7-01\n`,
    ` ${given}`,
  ])('when it is %j, then a new trace begins', (header) => {
    const ours = continueTrace(header)
    expect(ours).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    expect(traceIdOf(ours)).not.toBe(traceId)
    expect(traceIdOf(ours)).not.toBe(traceIdOf(continueTrace(header)))
  })
})

describe('a transaction', () => {
  const write = (tx: Transaction): Database['write'] => async work => ({ result: await work(tx), lsn: '0/0' })

  it('belongs to the trace in which it was opened, also when its work runs again', async () => {
    const tx = {} as Transaction
    const again: Database['write'] = async (work) => {
      await work({} as Transaction)
      return write(tx)(work)
    }
    expect((await writeInTrace(again, given)(async one => traceOf(one))).result).toBe(given)
  })

  it('when there is no trace, then it belongs to none', async () => {
    expect((await writeInTrace(write({} as Transaction), undefined)(async tx => traceOf(tx))).result).toBeUndefined()
  })
})
