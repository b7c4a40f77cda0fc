import { DrizzleQueryError } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLog, type LogLevel } from '../../server/platform/telemetry/log.ts'

let written = ''
beforeEach(() => {
  written = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk)
    return true
  })
})
afterEach(() => void vi.restoreAllMocks())
const entries = () => written.split('\n').slice(0, -1).map(line => JSON.parse(line) as Record<string, unknown>)

describe('the log', () => {
  it('is one JSON object a line, with what the process said of itself', () => {
    createLog('info', { role: 'web', instance: 'web-1' }).info('started', { port: 3000 })
    expect(entries()).toEqual([{ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string, level: 'info', message: 'started', role: 'web', instance: 'web-1', port: 3000 }])
  })

  it('when a value has line breaks, then it cannot forge an entry', () => {
    const log = createLog('info')
    log.warn('first\n{"level":"error","message":"forged"}', { path: '/x\r\n{"level":"error"}\u2028', agent: '\u001b[2J' })
    log.info('second')
    expect(written.split('\n')).toHaveLength(3)
    expect(entries().map(entry => entry.level)).toEqual(['warn', 'info'])
    expect(written).not.toContain('\u001b')
  })

  it('when an error is logged, then its name, message, stack and causes are there', () => {
    createLog('info').error('failed', { error: new TypeError('outer', { cause: new Error('inner', { cause: 'ECONNREFUSED' }) }) })
    expect(entries()[0]!.error).toMatchObject({ name: 'TypeError', message: 'outer', stack: expect.stringContaining('log.test.ts') as string, cause: { message: 'inner', cause: 'ECONNREFUSED' } })
  })

  it.each<[LogLevel, string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ])('at %s writes %j', (level, expected) => {
    const log = createLog(level)
    log.debug('d')
    log.info('i')
    log.warn('w')
    log.error('e')
    expect(entries().map(entry => entry.level)).toEqual(expected)
  })

  it('when there are no fields, or one is undefined, then nothing breaks', () => {
    createLog('info').info('bare', { nothing: undefined, none: null })
    expect(entries()[0]).toMatchObject({ message: 'bare', none: null })
  })

  it('when a query fails, then its values are not told', () => {
    const error = new DrizzleQueryError('insert into users (email) values ($1)', ['ada@example.com', '$argon2id$v=19$secret'], new Error('duplicate key, see bob@example.com'))
    createLog('info').error('request failed', { error, path: '/orders/1?token=abcdef', email: 'ada@example.com', password: 'correct horse' })
    expect(written).toContain('insert into users')
    expect(written).toContain('log.test.ts')
    expect(written).not.toMatch(/ada@|bob@|argon2|correct horse|abcdef/)
  })

  it('when an id has digits like a card number, then it can still be found', () => {
    const id = '12345678-1234-4567-b125-29bb71394ffa'
    createLog('info').info(`about ${id}`, { requestId: id, other: '00000000-0000-4000-8000-000000000000', card4: 'x', text: '4242-4242-4242-4242' })
    expect(entries()[0]).toMatchObject({ message: `about ${id}`, requestId: id, other: '00000000-0000-4000-8000-000000000000', text: '(number)' })
  })

  it('when a text holds a card number, then it is hidden, and an id or a time is not', () => {
    const id = '8e03978e-40d5-43dd-bc93-6894a57f9324'
    createLog('info').info('seen', { text: 'card 4242 4242 4242 4242 declined', id, at: '2026-11-22T04:31:58.123Z', atMs: 1_795_321_918_123 })
    expect(written).not.toContain('4242 4242')
    expect(entries()[0]).toMatchObject({ id, at: expect.any(String) as string, atMs: 1_795_321_918_123 })
  })
})
