import { expect, it } from 'vitest'
import { captureConsole } from '../../server/platform/telemetry/capture-console.ts'

function captured() {
  const lines: [string, object | undefined][] = []
  let nowMs = 0
  const target = { error: (..._: unknown[]) => {}, warn: (..._: unknown[]) => {} }
  captureConsole({ warn: (message, fields) => void lines.push([message, fields]) }, { target, now: () => nowMs })
  return { lines, target, pass: (ms: number) => void (nowMs += ms) }
}

it('when a framework complains, then it is a line of our log, with its error', () => {
  const { lines, target } = captured()
  const error = new Error('no database')
  target.error('[cache] SWR handler error.', error)
  target.warn('deprecated')
  target.error(error)
  expect(lines).toEqual([['[cache] SWR handler error.', { error }], ['deprecated', {}], ['no database', { error }]])
})

it('when it complains of the same a thousand times, then it is one line a second that counts the others', () => {
  const { lines, target, pass } = captured()
  for (let i = 0; i < 1_000; i++) target.error('again')
  pass(1_000)
  target.error('again')
  expect(lines).toEqual([['again', {}], ['again', { more: 999 }]])
})
